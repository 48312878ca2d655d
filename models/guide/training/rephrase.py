"""Says a question in other words: what the corpus need not spell out a hundred times over."""

import random
import re

#: Words that people use for the same thing here. A word may stand in several groups.
SYNONYMS = [
    group.split(", ")
    for group in """
show, list, display, see, view, print
delete, remove, erase, get rid of, throw away, trash
change, switch, swap, replace
choose, pick, select
download, pull, get, fetch, grab
chat, conversation, thread, session, talk, discussion
chats, conversations, threads, sessions, talks
save, store, keep
quit, exit, leave, close, get out of
program, app, tool, application, cli, software
old, previous, past, earlier
file, document
files, documents
quick, fast, speedy
answer, reply, response
answers, replies, responses
machine, computer, laptop, pc, box
use, run, work with
internet, network, connection
command, slash command
shortcut, key, hotkey, keybinding, key binding
shortcuts, keys, hotkeys, keybindings, key bindings
folder, directory, dir
begin, start
settings, configuration, options, preferences, config, prefs
setting, option, preference
model, ai, bot, llm model
models, ais, llms
question, prompt, query
questions, prompts, queries
find, search, look up, look for
text, writing
big, large, long, huge
small, tiny, little
stop, abort, cancel, interrupt, halt
make, create
fix, solve, repair
broken, damaged, corrupt
error, problem, failure, issue
terminal, console, shell, command line
secret, private, hidden
copy, duplicate
rename, retitle
name, title
picture, image, photo
pictures, images, photos
key, api key, token, credential
speed, tempo
slow, sluggish, laggy
color, colour
colors, colours
theme, color scheme, colour scheme, skin
memory, ram
graphics card, gpu
disk, drive
cost, price
expensive, pricey
free, gratis
now, right now, currently
again, once more
undo, revert, take back
write, type, enter
send, submit
server, backend
servers, backends
own, custom
default, standard
line, row
word, term
paste, insert
attach, add, include
export, write out
import, bring in, take in
continue, go on, resume, proceed
explain, tell me about, describe
help, assist
need, want
possible, doable
work, function
supported, available
online, on the internet
offline, without internet
version, release
update, upgrade
install, set up
script, shell script
scripts, shell scripts
output, result
different, other, another
everything, all of it
always, every time
hide, fold
full, filled up
""".strip().splitlines()
    for group in [group]
]

HOW = """how do I , how can I , how to , how would I , what is the way to , can you tell me how to , please tell me how to \
, how does one , I want to , I would like to , is there a way to , can I , tell me how to , what do I type to \
, explain how to , how should I , how do you , how do i , how can i , i want to , i need to , I need to , is it possible to \
, what's the command to , trying to , whats the way to , any way to , i'd like to , let me , could you show me how to \
, what must I do to , what do i do to , best way to , steps to """.split(",")
WHAT = "what is |what's |whats |explain |tell me about |what does it mean: |can you explain |define |what exactly is |what are |describe |info on |about ".split("|")
WHERE = "where is |where are |where do I find |where can I find |where's |location of |where do i find |how do I find ".split("|")
DOES = "what does |what's the point of |explain what |what will ".split("|")
FAMILIES = [[head.lstrip() if head.startswith(" ") else head for head in heads] for heads in (HOW, WHAT, WHERE)]

BEFORE = """please |hey, |hi, |ok, |um, |so |now |also, |quick question: |hey guide, |and |but |hello, |well, |sorry, |one more thing: \
|another question: |pls |hey |hi |ok |guide, |yo, |excuse me, |i was wondering, |just wondering: |question: |thanks! |thanks, |cool, |great, """.split("|")
AFTER = """ please| thanks| in llm| in this app| here| now| in the terminal| with llm| in this program| pls| thx| again| for me| in this tool| in this chat\
| exactly| quickly| , thank you| btw| guys| i wonder| ?? |!!""".split("|")


def synonyms_of() -> dict[str, list[str]]:
    others: dict[str, list[str]] = {}
    for group in SYNONYMS:
        for word in group:
            others.setdefault(word, []).extend(other for other in group if other != word)
    return others


OTHERS = synonyms_of()


def rephrase(question: str, chance: random.Random, strength: float = 1.0) -> str:
    """Another wording, of the same meaning; often only slightly other. What stands in backticks or begins with - or / stays."""
    if chance.random() < 0.2:
        return question
    question = new_head(question, chance, 0.5 * strength)
    words = []
    for word in question.split(" "):
        core = word.strip("?,.!").lower()
        fixed = re.search(r"[/`\-_<>|@:]|\d", word) is not None
        if not fixed and core in OTHERS and chance.random() < 0.16 * strength:
            word = word.lower().replace(core, chance.choice(OTHERS[core]))
        elif not fixed and chance.random() < 0.035 * strength:
            word = typo(word, chance)
        if words and chance.random() < 0.045 * strength and len(question) > 18:
            continue
        words.append(word)
    if len(words) > 4 and chance.random() < 0.04 * strength:
        at = chance.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    return dressed(" ".join(words), chance, strength)


def new_head(question: str, chance: random.Random, rate: float) -> str:
    for heads in FAMILIES:
        for head in heads:
            if question.lower().startswith(head.lower()) and len(question) > len(head) + 3:
                if chance.random() < rate:
                    return chance.choice(heads) + question[len(head) :]
                return question
    return question


def dressed(question: str, chance: random.Random, strength: float) -> str:
    """With politeness, without marks, in other letters: what differs from person to person."""
    if chance.random() < 0.12 * strength:
        question = chance.choice(BEFORE) + question
    if chance.random() < 0.10 * strength:
        mark = "?" if question.endswith("?") else ""
        question = question.rstrip("?") + chance.choice(AFTER) + mark
    kind = chance.random()
    if kind < 0.22:
        return question.rstrip("?.")
    if kind < 0.34:
        return question[:1].upper() + question[1:]
    if kind < 0.46:
        return question.lower()
    if kind < 0.48:
        return question.upper()
    if kind < 0.56 and question[-1:].isalnum():
        return question + chance.choice([".", "!", "?", "??", " ?", "…"])
    return question


def typo(word: str, chance: random.Random) -> str:
    """A letter lost, doubled, exchanged with its neighbour, or missed for one beside it on the keyboard."""
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:
        return word[: at + 1] + word[at:]
    row = next((row for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") if word[at] in row), "")
    if not row:
        return word
    beside = row[max(0, row.index(word[at]) - 1) : row.index(word[at]) + 2].replace(word[at], "")
    return word[:at] + chance.choice(beside) + word[at + 1 :]
