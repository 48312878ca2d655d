"""Asks a network the held-out questions. What counts is which answer it begins, over the first 30 characters."""

import torch
from torch.nn.utils.rnn import pad_sequence

from corpus import Topic, Turn
from lessons import opened
from network import Network
from tokenizer import Tokenizer

#: So much of the answer must be right, in characters at most; the rest follows from it.
COMPARED = 30
#: In tokens; about as much.
ENOUGH = 11


def evaluate(
    network: Network, tokenizer: Tokenizer, topics: dict[str, Topic], conversations: list[list[Turn]]
) -> list[tuple[Turn, str, bool]]:
    """(turn, how the answer began, whether it was right). Earlier turns are given their right answers."""
    asked: list[tuple[Turn, list[int]]] = []
    for turns in conversations:
        messages = []
        for turn in turns:
            messages.append(("user", turn.question))
            asked.append((turn, opened(tokenizer, messages)))
            messages.append(("assistant", topics[turn.slugs[0]].answer))
    # Of like length, so that little is padding.
    asked.sort(key=lambda pair: len(pair[1]))
    results = []
    for start in range(0, len(asked), 64):
        part = asked[start : start + 64]
        for (turn, _), answer in zip(part, begin(network, [prompt for _, prompt in part])):
            text = tokenizer.decode(answer)[:COMPARED]
            right = any(topics[slug].answer.startswith(text) for slug in turn.slugs)
            results.append((turn, text, right))
    return results


@torch.no_grad()
def begin(network: Network, prompts: list[list[int]]) -> list[list[int]]:
    """The most likely first tokens of each answer."""
    network.eval()
    device = network.embedding.weight.device
    rows = [torch.tensor(prompt, device=device) for prompt in prompts]
    for _ in range(ENOUGH):
        lengths = torch.tensor([len(row) for row in rows], device=device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            hidden = network.hidden(pad_sequence(rows, batch_first=True))
        last = hidden[torch.arange(len(rows), device=device), lengths - 1].float()
        chosen = (last @ network.embedding.weight.t()).argmax(-1)
        rows = [torch.cat([row, token[None]]) for row, token in zip(rows, chosen)]
    network.train()
    return [row[len(prompt) :].tolist() for row, prompt in zip(rows, prompts)]


def share(results: list[tuple[Turn, str, bool]]) -> float:
    return sum(right for _, _, right in results) / max(1, len(results))
