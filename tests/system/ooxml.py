"""The published schemas of Office Open XML, as lxml has them."""

import io
import pathlib

import lxml.etree

XSD = pathlib.Path(__file__).resolve().parents[2] / "tests/data/ooxml"
EMPTY = 'namespace="http://www.w3.org/XML/1998/namespace"'


class Local(lxml.etree.Resolver):
    def resolve(self, url, public_id, context):
        return self.resolve_filename(str(XSD / "xml.xsd"), context) if url.endswith("xml.xsd") else None


def load(name):
    parser = lxml.etree.XMLParser()
    parser.resolvers.add(Local())
    text = (XSD / name).read_text().replace(f"{EMPTY}/>", f'{EMPTY} schemaLocation="xml.xsd"/>')
    return lxml.etree.XMLSchema(lxml.etree.parse(io.BytesIO(text.encode()), parser, base_url=str(XSD / name)))


def load_schemas():
    return {"word": load("wml.xsd"), "types": load("opc-contentTypes.xsd"), "rels": load("opc-relationships.xsd"),
            "app": load("shared-documentPropertiesExtended.xsd")}


def schema_of(name):
    return ("types" if name == "[Content_Types].xml" else "rels" if name.endswith(".rels") else
            "app" if name == "docProps/app.xml" else "word" if name.startswith("word/") else None)
