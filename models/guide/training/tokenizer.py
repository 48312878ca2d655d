"""Byte-level BPE as GPT-2 has it: `tokenizer.ggml.pre` is `gpt-2` in the GGUF file."""

import collections
import re

# The pre-tokenizer of GPT-2 (https://github.com/openai/gpt-2, encoder.py), with the classes that Python's `re` knows.
WORD = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
END_OF_TEXT, TURN_START, TURN_END, PADDING = SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>"]


def byte_letters() -> dict[int, str]:
    """GPT-2's printable stand-in for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(printable))
    return letters


LETTERS = byte_letters()
BYTES = {letter: byte for byte, letter in LETTERS.items()}


def split_words(text: str) -> list[str]:
    return ["".join(LETTERS[byte] for byte in word.encode()) for word in WORD.findall(text)]


def learn_merges(counts: collections.Counter, size: int) -> list[tuple[str, str]]:
    """The merges that shorten these words most, until there are `size` tokens with the bytes and special ones."""
    pieces = {word: list(word) for word in counts}
    pairs: collections.Counter = collections.Counter()
    holders = collections.defaultdict(set)

    def count(word: str, sign: int) -> None:
        for pair in zip(pieces[word], pieces[word][1:]):
            pairs[pair] += sign * counts[word]
            holders[pair].add(word)

    for word in counts:
        count(word, 1)
    merges = []
    while len(merges) + len(LETTERS) + len(SPECIAL) < size:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] < 2:
            break
        merges.append(best)
        for word in list(holders[best]):
            count(word, -1)
            pieces[word] = merge(pieces[word], best)
            count(word, 1)
        del pairs[best]
    return merges


def merge(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    merged, at = [], 0
    while at < len(pieces):
        if tuple(pieces[at : at + 2]) == pair:
            merged.append(pieces[at] + pieces[at + 1])
            at += 2
        else:
            merged.append(pieces[at])
            at += 1
    return merged


class Tokenizer:
    """Turns text into token numbers and back. `tokens` and `merges` are what the GGUF file holds."""

    def __init__(self, merges: list[tuple[str, str]]):
        self.merges = merges
        tokens = [LETTERS[byte] for byte in range(256)] + [a + b for a, b in merges] + SPECIAL
        # Rows of a multiple of 32 can be quantised as Q8_0.
        tokens += [f"<|unused{index}|>" for index in range(-len(tokens) % 32)]
        self.tokens = tokens
        self.number = {token: index for index, token in enumerate(tokens)}
        self.rank = {pair: index for index, pair in enumerate(merges)}
        self.known: dict[str, list[int]] = {}

    def special(self, token: str) -> int:
        return self.number[token]

    def encode(self, text: str) -> list[int]:
        return [number for word in split_words(text) for number in self.encode_word(word)]

    def encode_word(self, word: str) -> list[int]:
        if word not in self.known:
            pieces = list(word)
            while len(pieces) > 1:
                best = min(zip(pieces, pieces[1:]), key=lambda pair: self.rank.get(pair, len(self.rank)))
                if best not in self.rank:
                    break
                pieces = merge(pieces, best)
            self.known[word] = [self.number[piece] for piece in pieces]
        return self.known[word]

    def decode(self, numbers: list[int]) -> str:
        text = bytearray()
        for number in numbers:
            token = self.tokens[number]
            if token.startswith("<|") and token.endswith("|>"):
                text += token.encode()
            else:
                text += bytes(BYTES[letter] for letter in token)
        return text.decode("utf-8", "replace")
