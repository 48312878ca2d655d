"""Reads the text that the guide learns, and the questions that it is judged on."""

import re
from dataclasses import dataclass, field
from pathlib import Path

OUTSIDE = "outside"


@dataclass
class Topic:
    """One answer, the ways of asking for it, and what may be asked after it."""

    slug: str
    questions: list[str]
    answer: str
    #: (question, slug of the topic whose answer it gets)
    follow_ups: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Turn:
    """One judged question: any of these topics' answers is right."""

    question: str
    slugs: list[str]


def read_corpus(folder: Path) -> dict[str, Topic]:
    """All topics by their slug. Raises ValueError with file and slug for a topic that is not in the form."""
    topics: dict[str, Topic] = {}
    for path in sorted(folder.glob("*.md")):
        for part in re.split(r"^## ", path.read_text(), flags=re.M)[1:]:
            topic = read_topic(part, path.name)
            if topic.slug in topics:
                raise ValueError(f"{path.name}: {topic.slug} is there twice")
            topics[topic.slug] = topic
    for topic in topics.values():
        for question, slug in topic.follow_ups:
            if slug not in topics:
                raise ValueError(f"{topic.slug}: {question!r} leads to {slug}, which is no topic")
    return topics


def read_topic(part: str, file: str) -> Topic:
    slug, _, rest = part.partition("\n")
    head, mark, answer = rest.partition("\nAnswer:\n")
    if not mark or not answer.strip():
        raise ValueError(f"{file}: {slug} has no answer")
    asked, _, after = head.partition("\nAfter it:\n")
    questions = re.findall(r"^- (.+)$", asked, re.M)
    if not questions:
        raise ValueError(f"{file}: {slug} has no questions")
    follow_ups = [split_arrow(line, f"{file}: {slug}") for line in re.findall(r"^- (.+)$", after, re.M)]
    return Topic(slug.strip(), questions, answer.strip(), follow_ups)


def read_judged(path: Path) -> list[list[Turn]]:
    """The conversations of the held-out set, most of one turn only."""
    conversations: list[list[Turn]] = []
    for line in path.read_text().splitlines():
        found = re.match(r"^(\s*)- (.+)$", line)
        if not found:
            continue
        question, slugs = split_arrow(found[2], path.name)
        turn = Turn(question, [slug.strip() for slug in slugs.split("|")])
        if found[1]:
            conversations[-1].append(turn)
        else:
            conversations.append([turn])
    return conversations


def split_arrow(line: str, where: str) -> tuple[str, str]:
    question, arrow, slug = line.rpartition(" -> ")
    if not arrow:
        raise ValueError(f"{where}: no `-> topic` in {line!r}")
    return question.strip(), slug.strip()
