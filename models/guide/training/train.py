"""
Trains the guide from nothing on the corpus, judges it on the held-out questions and writes the GGUF file.

    python train.py --minutes 100 --out ../guide.gguf

Not the same bit for bit from run to run: what counts is the share of right answers, which is printed, and measured anew
through the real engine by `scripts/guide/judge.ts`.
"""

import argparse
import collections
import copy
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence

from corpus import OUTSIDE, read_corpus, read_judged
from evaluate import evaluate, share
from export import export
from lessons import SYSTEM_PROMPTS, Lesson, Lessons
from network import Network, Shape
from rephrase import rephrase
from tokenizer import Tokenizer, learn_merges, split_words

HOME = Path(__file__).parent.parent
WARMUP_STEPS = 200
#: The weights that are judged and written are a moving average: steadier than those of the last step.
AVERAGE = 0.999
#: What telling the topic counts in the loss, beside the tokens.
GUESS_WEIGHT = 0.3


def main() -> None:
    args = read_arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    chance = random.Random(args.seed)
    topics = read_corpus(HOME / "corpus")
    judged = read_judged(HOME / "evaluation" / "questions.md")
    earlier = torch.load(args.go_on, weights_only=True, map_location=device) if args.go_on else None
    merges = earlier["merges"] if earlier else learn_merges(count_words(topics, chance), args.vocabulary)
    tokenizer = Tokenizer(merges)
    shape = Shape(len(tokenizer.tokens), args.width, args.layers, args.heads, args.inner)
    network = Network(shape).to(device)
    if earlier:
        network.load_state_dict(earlier["weights"])
    average = copy.deepcopy(network)
    size = sum(parameter.numel() for parameter in network.parameters())
    questions = sum(len(topic.questions) for topic in topics.values())
    print(f"{len(topics)} topics, {questions} questions, {len(tokenizer.tokens)} tokens, {size} weights", flush=True)

    lessons = Lessons(topics, tokenizer, chance)
    guess = torch.nn.Linear(shape.width, len(topics)).to(device)
    optimizer = make_optimizer(network, guess, args.rate)
    batches = make_batches(lessons, args.batch, chance)
    began, step, seen, told, loss_now = time.time(), 0, 0, 0.0, None
    while (done := (time.time() - began) / (args.minutes * 60)) < 1:
        pace = min(1, (step + 1) / WARMUP_STEPS) * (0.02 + 0.49 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = args.rate * pace
        tokens, weights, choices = (part.to(device) for part in next(batches))
        loss = loss_of(network, guess, tokens, weights, choices)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        step += 1
        seen += tokens.numel()
        follow(average, network, min(AVERAGE, (1 + step) / (10 + step)))
        loss_now = loss.item() if loss_now is None else 0.98 * loss_now + 0.02 * loss.item()
        if time.time() - began > told:
            told += args.report * 60
            results = evaluate(average, tokenizer, topics, judged)
            print(
                f"{(time.time() - began) / 60:5.1f} min, step {step}, {seen} tokens "
                f"({seen / (time.time() - began):.0f}/s), loss {loss_now:.3f}, {describe(results)}",
                flush=True,
            )
            keep(args.out, average, tokenizer)
    results = evaluate(average, tokenizer, topics, judged)
    for turn, text, right in results:
        if not right:
            print(f"  missed: {turn.question!r} ({' | '.join(turn.slugs)}): {text!r}")
    print(f"after {step} steps, {seen} tokens: {describe(results)}")
    # By renaming: the old one may be in use.
    keep(args.out, average, tokenizer).replace(args.out)


def keep(out: str, network: Network, tokenizer: Tokenizer) -> Path:
    """Writes what there is by now beside `out`: the model, and what `--go-on` takes."""
    torch.save({"merges": tokenizer.merges, "weights": network.state_dict()}, f"{out}.checkpoint")
    part = Path(f"{out}.part")
    export(part, network, tokenizer)
    return part


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the guide.")
    parser.add_argument("--minutes", type=float, default=100, help="how long to train")
    parser.add_argument("--out", default=str(HOME / "guide.gguf"))
    parser.add_argument("--go-on", metavar="CHECKPOINT", help="begin with what an earlier training left beside its output")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vocabulary", type=int, default=2048, help="tokens")
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--inner", type=int, default=512)
    parser.add_argument("--batch", type=int, default=2048, help="tokens a step")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="of learning, at its highest")
    parser.add_argument("--report", type=float, default=3, help="minutes between reports")
    return parser.parse_args()


def count_words(topics, chance: random.Random) -> collections.Counter:
    texts = [f"system\nuser\nassistant\n{prompt}" for prompt in SYSTEM_PROMPTS]
    for topic in topics.values():
        texts += [topic.answer] * 3
        asked = topic.questions + [question for question, _ in topic.follow_ups]
        texts += [rephrase(question, chance) for question in asked for _ in range(1 if topic.slug == OUTSIDE else 3)]
    return collections.Counter(word for text in texts for word in split_words(text))


def make_optimizer(network: Network, guess: torch.nn.Linear, rate: float) -> torch.optim.Optimizer:
    parameters = [*network.parameters(), *guess.parameters()]
    matrices = [parameter for parameter in parameters if parameter.ndim == 2]
    vectors = [parameter for parameter in parameters if parameter.ndim < 2]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0}], lr=rate, betas=(0.9, 0.98)
    )


def make_batches(lessons: Lessons, size: int, chance: random.Random):
    """Endless batches of about `size` tokens; those in one are of like length, so that little is padding."""
    while True:
        pool = sorted((lessons.draw() for _ in range(1024)), key=lambda lesson: len(lesson.tokens))
        batches: list[list[Lesson]] = [[]]
        for lesson in pool:
            if (len(batches[-1]) + 1) * len(lesson.tokens) > size:
                batches.append([])
            batches[-1].append(lesson)
        chance.shuffle(batches)
        for batch in batches:
            tokens = pad_sequence([torch.tensor(lesson.tokens) for lesson in batch], batch_first=True)
            weights = pad_sequence([torch.tensor(lesson.weights) for lesson in batch], batch_first=True)
            choices = torch.tensor([(row, *choice) for row, lesson in enumerate(batch) for choice in lesson.choices])
            yield tokens, weights, choices


def loss_of(
    network: Network, guess: torch.nn.Linear, tokens: torch.Tensor, weights: torch.Tensor, choices: torch.Tensor
) -> torch.Tensor:
    """
    That of the tokens, and that of `guess`, which tells the topic where an answer is about to begin. It is no part of the
    guide: it is to have the network make up its mind there, sooner than the words that follow would.
    """
    targets, weights = tokens[:, 1:].reshape(-1), weights[:, 1:].reshape(-1)
    counted = weights > 0
    with torch.autocast(tokens.device.type, dtype=torch.bfloat16):
        hidden = network.hidden(tokens[:, :-1])
        logits = F.linear(hidden.flatten(0, 1)[counted], network.embedding.weight)
        guessed = guess(hidden[choices[:, 0], choices[:, 1]])
    losses = F.cross_entropy(logits.float(), targets[counted], reduction="none")
    told = (losses * weights[counted]).sum() / weights.sum()
    return told + GUESS_WEIGHT * F.cross_entropy(guessed.float(), choices[:, 2])


@torch.no_grad()
def follow(average: Network, network: Network, keep: float) -> None:
    for old, new in zip(average.parameters(), network.parameters()):
        old.lerp_(new, 1 - keep)


def describe(results) -> str:
    known = [result for result in results if result[0].slugs != [OUTSIDE]]
    outside = [result for result in results if result[0].slugs == [OUTSIDE]]
    return f"held-out {share(known):.1%} of {len(known)}, outside {share(outside):.1%} of {len(outside)}"


if __name__ == "__main__":
    main()
