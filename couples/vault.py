"""The door of `python -m couples.vault`, which operators and scripts know: it prints a new master key."""

from couples.lib.vault import new_master_key

if __name__ == "__main__":
    print(new_master_key())
