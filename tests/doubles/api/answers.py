"""answers - answers in the shape the request's schema demands

The same question always gets the same answer: it is made from the picture's hash and the language asked for.  A good answer
invents nothing: it holds no number, no name and no formula, whatever the slide says; of the slide's own words only one, and
the labels of a figure, where the text looks like one.  A rule may spoil it (see scenario).
"""

import difflib
import hashlib
import json

TEXT = {"type": "string"}


def listed(entry):
    return {"type": "array", "items": entry}


def thing(**properties):
    return {"type": "object", "properties": properties}


# What is answered to a request without a schema.
NUMBER = {"type": "integer"}
PLAIN = thing(title=TEXT, explanation=listed(TEXT), key_points=listed(TEXT), connections=TEXT, short_summary=TEXT,
              anki_cards=listed(thing(front=TEXT, back=TEXT)))
OVERVIEW = thing(title=TEXT, outline=listed(thing(title=TEXT, slides=listed(NUMBER))),
                 glossary=listed(thing(term=TEXT, definition=TEXT, slide=NUMBER)),
                 duplicates=listed(thing(slide=NUMBER, card=NUMBER)))
KINDS = ["content", "title", "agenda", "section", "closing", "blank"]

# Sentences by language: a statement, a question, a gap. Another language gets its words without a sentence around them.
SAID = {
    "English": ("This part shows how {} works.", "What does {} mean here?"),
    "German": ("Hier wird gezeigt, wie {} wirkt.", "Was bedeutet hier {}?"),
    "Spanish": ("Esta parte muestra cómo funciona {}.", "¿Qué significa aquí {}?"),
    "French": ("Cette partie montre comment marche {}.", "Que veut dire ici {} ?"),
    "Italian": ("Questa parte mostra come funziona {}.", "Che cosa vuol dire qui {}?"),
    "Portuguese": ("Esta parte mostra como funciona {}.", "O que significa aqui {}?"),
    "Polish": ("Ta część pokazuje, jak działa {}.", "Co tutaj znaczy {}?"),
    "Japanese": ("ここでは{}の働きを示します。", "ここで{}は何を意味しますか。"),
    "Chinese": ("这里说明{}如何起作用。", "这里的{}是什么意思？"),
    "Arabic": ("يبيّن هذا الجزء كيف يعمل {}.", "ماذا يعني {} هنا؟"),
}


def word(*seed):
    """A word nobody knows, small letters only, the same for the same seed."""
    digest = hashlib.sha256("/".join(map(str, seed)).encode()).digest()
    return "".join("bdfgklmnprstvz"[digest[i] % 14] + "aeiou"[digest[i + 1] % 5] for i in (0, 2, 4, 6))


def text(ask, member, place):
    statement, question = SAID.get(ask.language, ("{}", "{}?"))
    own = word(ask.key, member, place)
    if member == "explanation" and place == 0:
        own = ask.word() or own
    if member == "title":
        return f"[{ask.language}] title of picture {own} – é 漢 <&>"
    if member in ("term", "concept"):
        return own
    return (question if member == "front" else statement).format(own)


def instance(schema, ask, rule, member="answer", place=0):
    """A value of that schema. Members of a known name get a value that makes sense."""
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if "anyOf" in schema:
        return instance(schema["anyOf"][0], ask, rule, member, place)
    if member == "card" and "type" in schema.get("properties", {}):
        return card(schema, ask, rule, place)
    if kind == "object":
        return {name: instance(entry, ask, rule, name, place) for name, entry in schema["properties"].items()}
    if kind == "array" and member == "duplicates":
        return rule.get("duplicates", [])
    if kind == "array" and member == "slides":  # half of them for each of two sections
        half = (len(ask.slides()) + 1) // 2
        return ask.slides()[half:] if place else ask.slides()[:half]
    if kind == "array" and member == "labels":
        return rule.get("labels", ask.figure())
    if kind == "array":
        inner = {"anki_cards": "card"}.get(member, member if schema["items"].get("type") == "string" else "entry")
        count = min(2, len(ask.slides())) if member == "outline" else 2
        return [instance(schema["items"], ask, rule, inner, i) for i in range(count)]
    if kind == "integer" and member == "slide":
        return (ask.slides() or [1])[0]
    if kind == "string":
        return schema["enum"][0] if "enum" in schema else text(ask, member, place)
    return {"integer": 1, "number": 1.5, "boolean": True}.get(kind)


def card(schema, ask, rule, place):
    """Basic and cloze cards by turns, as far as the schema allows."""
    styles = schema["properties"]["type"].get("enum", ["basic"])
    style = styles[place % len(styles)]
    made = {name: instance(entry, ask, rule, name, place) for name, entry in schema["properties"].items()}
    made["type"] = style
    if style == "cloze":
        statement = SAID.get(ask.language, ("{} {}", ""))[0]
        made["front"] = statement.replace("{}", "{{c1::" + word(ask.key, "gap", place) + "}}")
        made["back"] = ""
    return made


def plain_schema(ask):
    """What a request without a schema describes in words."""
    if ask.overview:
        return OVERVIEW
    schema = json.loads(json.dumps(PLAIN))
    if '"kind"' in ask.text:
        schema["properties"]["kind"] = {"type": "string", "enum": KINDS}
    if '"labels"' in ask.text:
        schema["properties"]["labels"] = listed(TEXT)
    if '"concept"' in ask.text:
        schema["properties"]["anki_cards"]["items"]["properties"]["concept"] = TEXT
    if '"type"' in ask.text:
        styles = ["basic", "cloze"] if "cloze" in ask.text else ["basic"]
        schema["properties"]["anki_cards"]["items"]["properties"]["type"] = {"type": "string", "enum": styles}
    return schema


def spoil(answer, rule):
    """What a rule puts into an answer whose shape stays right."""
    if "kind" in rule and "kind" in answer:
        answer["kind"] = rule["kind"]
    if "add" in rule:
        answer["explanation"][0] += " " + rule["add"]
    if "add_card" in rule:
        answer["anki_cards"][0]["back"] += " " + rule["add_card"]
    if "loop" in rule:
        answer["explanation"] = [(answer["explanation"][0] + " ") * rule["loop"]]
    return answer


def corrections(ask, rule):
    """Each statement without what is in doubt, unless a rule has it that the model insists."""
    made = []
    for number, front, back, doubts in ask.statements():
        for doubt in [] if "add_card" in rule or "add" in rule else doubts:
            front, back = front.replace(doubt, ""), back.replace(doubt, "")
        if "says_again" in rule:
            front, back = said_again(front, back, rule["says_again"])
        made.append({"number": number, "front": front, "text": back})
    return {"corrections": made}


def said_again(front, text, answer):
    """What that answer has in place of a statement: the card with that front, or the most similar text; else nothing."""
    if front:
        return next(((card["front"], card["back"]) for card in answer["anki_cards"] if card["front"] == front), ("", ""))
    texts = [*answer["explanation"], *answer["key_points"], answer["short_summary"]]
    return "", next(iter(difflib.get_close_matches(text, texts, 1)), "")


def completion(ask, serial, rule):
    if ask.corrects:
        answer = corrections(ask, rule)
    else:
        answer = spoil(instance(ask.schema or plain_schema(ask), ask, rule), {} if ask.overview else rule)
    content, reason, refusal = json.dumps(answer, ensure_ascii=False), rule.get("finish", "stop"), rule.get("refusal")
    if "content" in rule:
        content = rule["content"]
    if rule.get("fence"):
        content = "```json\n" + content + "\n```"
    if len(content) // 4 > ask.room:
        content, reason = content[:4 * ask.room], "length"
    elif reason == "length":
        content = content[:len(content) // 3]
    if refusal is not None:
        content = None
    used = min(len(content or refusal or "") // 4 + 1, ask.room)
    if reason == "length" and ask.room < 1 << 30:
        used = ask.room  # what was cut had filled its room
    whole = {"id": f"chatcmpl-{serial}", "object": "chat.completion", "created": 1764000000 + serial, "model": ask.model,
            "choices": [{"index": 0, "finish_reason": reason, "logprobs": None,
                         "message": {"role": "assistant", "content": content, "refusal": refusal, "annotations": []}}],
            "usage": {"prompt_tokens": ask.tokens, "completion_tokens": used, "total_tokens": ask.tokens + used}}
    return {**whole, **rule.get("tells", {})}
