"""What one writes on any day: boundaries, wishes, what both hold to, plans, moments, topics."""

from dataclasses import replace

from couples.content.kind_parts import TENDER, THEN, THEN_AND_NOW
from couples.content.kind_types import Field, Kind, Parts, Reflection, Section, asked

AREAS = (
    ("touch", "touch and body"),
    ("sex", "sex"),
    ("space", "time and space"),
    ("phones", "phones and privacy"),
    ("honesty", "honesty"),
    ("others", "other people"),
    ("conflict", "conflict"),
    ("money", "money"),
    ("other", "other"),
)
TENDER_AREAS = frozenset({"touch", "sex"})  # a boundary in one of these is tender, whether or not it says so besides

FIRMNESS = (("firm", "firm"), ("flexible", "flexible"), ("finding", "still finding out"))

BOUNDARY = Kind(
    "boundary",
    "boundary",
    "Write a boundary",
    "What I will do to look after myself. It asks nothing of anybody else.",
    (
        Field("limit", "My boundary, in my words", "One line is enough."),
        Field("area", "Area", choices=AREAS, long=False),
        Field("care", "How I will look after myself", "What I do when somebody comes close to it, or crosses it."),
        Field("firmness", "Firmness", choices=FIRMNESS, long=False, own=True),
        Field("protects", "What it protects", own=True),
        Field(
            "look",
            "Looking at it, for myself",
            "Is this protecting me, or keeping me from something I want? What would I need to hold it more lightly, or "
            "more firmly? There is no right answer.",
            own=True,
        ),
        *asked(
            "a",
            ("feels", "What do I feel in my body when I keep this boundary, and when I let it go?"),
            ("from", "What does it keep away from me? Is that here now, or was it back then?"),
            ("costs", "What does it cost me to have it, and what would it cost me not to?"),
            ("wanted", "Is there something I want on the other side of it?"),
            ("lighter", "How would I know that I can hold it more lightly, or that I need to hold it more firmly?"),
        ),
        *asked(
            "b",
            ("who", "For this to work, who has to do something: me, or somebody else?"),
            ("no", "If it is somebody else, could they say no? What would I do then?"),
            ("mine", "What part of it can I do myself, whatever anybody else does?"),
        ),
        replace(TENDER, help=f"{TENDER.help} The areas “touch and body” and “sex” say so already."),
        *THEN,
    ),
    ("I need …", "I am not ready to …", "When … happens, I will …"),
    "Boundaries",
    (
        Reflection(
            "a",
            "Is this protecting me, or keeping me from something I want?",
            "After something broke, wanting distance is reason enough. These are questions to look with, and you can "
            "leave any of them out. Nobody draws a conclusion from your answers, this place least of all.",
        ),
        Reflection(
            "b",
            "Is this a boundary of mine, or something I ask?",
            "Both are fine. A boundary is what I do myself; a request asks somebody, who may decline. Sometimes one "
            "sentence holds both, and two sentences are kinder.",
        ),
        THEN_AND_NOW,
    ),
    code="c6r",
    section=Section("boundaries", "Boundaries that opened", "d4j"),
    parts=Parts(first="mine/parts/asks_another.html", under="mine/parts/holds.html", beside="mine/assume.html"),
    has_button=True,
    is_first_filter=True,
)

REQUEST = Kind(
    "request",
    "request",
    "Write a request",
    "I ask; you may decline. A no needs no reason, and is never shown here.",
    (
        Field("ask", "What I ask", "One thing you could do, or not do."),
        Field("when", "When", long=False),
        Field("meaning", "What it would mean to me"),
        TENDER,
        *THEN,
    ),
    ("Would you …", "I would like us to …", "It would help me if …"),
    reflections=(THEN_AND_NOW,),
    code="x9v",
    talks=True,
    section=Section("requests", "Requests that opened", "b5v"),
    parts=Parts(open="ours/parts/request.html"),
    has_button=True,
)

PROMISE = Kind(
    "promise",
    "promise",
    "Write a promise",
    "Something I will do, and by when. It asks nothing of you, and nobody keeps count.",
    (
        Field("does", "What I will do", "Small enough to keep on a bad day."),
        Field("until", "Until when", is_day=True, long=False),
        Field("went", "How it went", own=True),
        Field("done", "Where it stands", choices=(("open", "still to do"), ("done", "done")), long=False, own=True),
        TENDER,
        *THEN,
    ),
    ("I will …", "Every evening I will …", "By Sunday I will …"),
    reflections=(THEN_AND_NOW,),
    code="c5f",
    section=Section("promises", "Promises that opened", "c6b"),
)

AGREEMENT = Kind(
    "agreement",
    "agreement",
    "Write an agreement",
    "In force only while you both accept the same words.",
    (
        Field("does", "What each of us does", "Say who does what, so that you would both recognise it."),
        Field("why", "Why"),
        Field("kept", "How we will know we are keeping it"),
        Field("often", "How often we look at it", "For example, every Sunday evening.", long=False),
        Field("review", "Review date", is_day=True, long=False),
        Field("otherwise", "What we do if it is not kept", "What we do first, and what helps."),
        TENDER,
        *THEN,
    ),
    ("Each of us …", "When plans change, we …", "Once a week we …"),
    reflections=(THEN_AND_NOW,),
    code="d7x",
    talks=True,
    section=Section("words", "Words of agreements that opened", "z9r", by_author=False),
    parts=Parts(
        fields="mine/parts/not_accepting.html",
        before_offer="mine/parts/not_accepting.html",
        beside="ours/parts/taken_back_too.html",
        open="ours/parts/agreement.html",
        put_away="ours/parts/no_longer_accepting.html",
    ),
    has_button=True,
    is_first_filter=True,
    # An opened agreement is words to look at; in force it is another line.
    opened=("Your words for an agreement opened.", "Words for an agreement from {} opened."),
)

TRIGGER_PLAN = Kind(
    "trigger_plan",
    "trigger plan",
    "Write a trigger plan",
    "What I do when something reminds me. My own part comes first, and it helps even if nobody else reads it.",
    (
        Field("reminder", "The reminder", "A place, a date, a sound, a silence: whatever brings it back."),
        Field("signs", "Early signs in my body"),
        Field("alone", "What helps me alone", "What I can do in the first few minutes, on my own."),
        Field("ask", "What I ask of you", "You may say no to any of it."),
        Field("not", "What does not help"),
        Field("stop", "When to stop", "How I will know that this is enough for now.", long=False),
        Field("call", "Who I call", own=True, long=False),
        TENDER,
        *THEN,
    ),
    ("When I see …", "When it is quiet and …", "On the day that …"),
    reflections=(THEN_AND_NOW,),
    code="b4h",
    section=Section("plans", "Trigger plans that opened", "r4f"),
)

MOMENT = Kind(
    "moment",
    "moment",
    "Write a moment down",
    "Something that mattered, good or hard.",
    (
        Field("line", "One line", long=False),
        Field("day", "The day", is_day=True, long=False),
        Field("more", "More", own=True),
        TENDER,
        *THEN,
    ),
    ("Today …", "For a moment …"),
    reflections=(THEN_AND_NOW,),
    code="f7d",
    talks=True,
    section=Section("moments", "Moments that opened", "b9r"),
)

TOPIC = Kind(
    "topic",
    "topic",
    "Write a topic",
    "Something to talk about. It asks for no answer, and it need not be talked about today.",
    (
        Field(
            "talk",
            "What I would like to talk about",
            "If you are afraid of how it would be taken, say it to your therapist alone.",
        ),
        Field("hope", "What I hope for, what I fear", own=True),
        TENDER,
        *THEN,
    ),
    ("I would like to talk about …", "I have been wondering …", "Could we find a time for …"),
    reflections=(THEN_AND_NOW,),
    code="x2m",
    talks=True,
    section=Section("topics", "Open topics", "z4t"),
)

SLIP_PLAN = Kind(
    "slip_plan",
    "slip plan",
    "Write a slip plan",
    "What I do when I feel the urge to go back to what hurt us. It helps even if nobody else reads it.",
    (
        Field("leads", "What leads me there", "A time, a place, a mood, a person, a quarrel."),
        Field("signs", "Early signs", "What I notice first, in what I do or tell myself."),
        Field("instead", "What I do instead", "Something I can do in the first ten minutes."),
        Field("tell", "Who I tell, and when", "A friend, a group, a therapist, you. Say how soon."),
        Field("tell_self", "What I tell myself", own=True),
        TENDER,
        *THEN,
    ),
    ("It begins when …", "When I am alone and …", "After we argue, I …"),
    reflections=(THEN_AND_NOW,),
    code="w5p",
    section=Section("slip_plans", "Slip plans that opened", "r3f"),
)

HERE = (BOUNDARY, REQUEST, AGREEMENT, PROMISE, TRIGGER_PLAN, SLIP_PLAN, MOMENT, TOPIC)
