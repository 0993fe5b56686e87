"""What must hold whatever breaks: scripts that break a real place on purpose, and small rounds of them as tests."""
