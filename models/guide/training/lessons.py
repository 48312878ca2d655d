"""Makes what the network is trained on: dialogues over the corpus, as tokens with the weight that each has in the loss."""

import random
from dataclasses import dataclass

from corpus import OUTSIDE, Topic
from rephrase import rephrase
from tokenizer import END_OF_TEXT, TURN_END, TURN_START, Tokenizer

#: How many tokens of an answer settle which one it is. Most lessons end there: choosing is what has to be learnt.
CHOICE = 10
#: Weights in the loss: of a question, of the tokens that choose an answer, of the rest of it.
QUESTION_WEIGHT, CHOICE_WEIGHT, ANSWER_WEIGHT = 0.08, 1.0, 0.4

#: How much questions are reworded.
STRENGTH = 0.6

SYSTEM_PROMPTS = [
    "You are a helpful assistant.",
    "You are the guide, the built-in model of llm.",
    "Be brief.",
    "Answer in one sentence.",
    "You are a terse code reviewer.",
    "You are a pirate.",
    "Answer in German.",
]

#: Who speaks, the text, and of an answer the slug of its topic.
Message = tuple[str, str, str]


@dataclass
class Lesson:
    tokens: list[int]
    #: One a token.
    weights: list[float]
    #: Where an answer is about to begin, and the number of its topic.
    choices: list[tuple[int, int]]


class Lessons:
    def __init__(self, topics: dict[str, Topic], tokenizer: Tokenizer, chance: random.Random):
        self.topics = topics
        self.slugs = [slug for slug in topics if slug != OUTSIDE]
        self.numbers = {slug: number for number, slug in enumerate(topics)}
        self.tokenizer = tokenizer
        self.chance = chance

    def draw(self) -> Lesson:
        kind = self.chance.random()
        if kind < 0.78:
            return self.encode(self.dialogue(1), whole=False)
        if kind < 0.84:
            return self.encode(self.dialogue(1), whole=True)
        return self.encode(self.dialogue(self.chance.choices([2, 3, 4], [0.6, 0.28, 0.12])[0]), whole=False)

    def any_slug(self) -> str:
        return OUTSIDE if self.chance.random() < 0.16 else self.chance.choice(self.slugs)

    def dialogue(self, turns: int) -> list[Message]:
        messages: list[Message] = []
        if self.chance.random() < 0.12:
            messages.append(("system", self.chance.choice(SYSTEM_PROMPTS), ""))
        slug = self.any_slug()
        if turns > 1 and self.chance.random() < 0.6:
            slug = self.chance.choice([name for name, topic in self.topics.items() if topic.follow_ups])
        question = self.chance.choice(self.topics[slug].questions)
        for turn in range(turns):
            messages.append(("user", rephrase(question, self.chance, STRENGTH), ""))
            messages.append(("assistant", self.topics[slug].answer, slug))
            follow_ups = self.topics[slug].follow_ups
            if follow_ups and self.chance.random() < 0.6:
                question, slug = self.chance.choice(follow_ups)
            else:
                slug = self.any_slug()
                question = self.chance.choice(self.topics[slug].questions)
        return messages

    def encode(self, messages: list[Message], whole: bool) -> Lesson:
        """Not `whole`: the last answer ends where it is settled which one it is."""
        lesson = Lesson([], [], [])
        for index, (role, text, slug) in enumerate(messages):
            self.add(lesson, [self.tokenizer.special(TURN_START), *self.tokenizer.encode(f"{role}\n")], 0)
            body = [*self.tokenizer.encode(text), self.tokenizer.special(TURN_END)]
            if role != "assistant":
                self.add(lesson, body, QUESTION_WEIGHT)
            else:
                last = index == len(messages) - 1
                rest = [] if last and not whole else body[CHOICE:]
                lesson.choices.append((len(lesson.tokens) - 1, self.numbers[slug]))
                self.add(lesson, body[:CHOICE], CHOICE_WEIGHT)
                self.add(lesson, rest, ANSWER_WEIGHT)
            self.add(lesson, self.tokenizer.encode("\n"), 0)
        self.add(lesson, [self.tokenizer.special(END_OF_TEXT)], 0)
        return lesson

    def add(self, lesson: Lesson, tokens: list[int], weight: float) -> None:
        lesson.tokens += tokens
        lesson.weights += [weight] * len(tokens)


def opened(tokenizer: Tokenizer, messages: list[tuple[str, str]]) -> list[int]:
    """The tokens of a dialogue up to where the next answer begins, as the chat template writes them."""
    tokens: list[int] = []
    for role, text in messages:
        tokens += [tokenizer.special(TURN_START), *tokenizer.encode(f"{role}\n{text}"), tokenizer.special(TURN_END)]
        tokens += tokenizer.encode("\n")
    return [*tokens, tokenizer.special(TURN_START), *tokenizer.encode("assistant\n")]
