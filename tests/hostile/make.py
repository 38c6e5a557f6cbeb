#!/usr/bin/env python3
"""make - small PDFs that ask for too much, and lectures of unusual shape, written by rule

usage: tests/hostile/make.py FOLDER [NAME...]

The same bytes each time (with the same zlib).  Besides the PDFs there is FOLDER/expected.tsv, with the columns that
tests/corpus/hostile/README.md explains.
"""
import hashlib
import os
import struct
import sys
import zlib

CASES = []


def case(name, what, expected):
    def deco(fn):
        CASES.append((name, what, expected, fn))
        return fn
    return deco


class Pdf:
    """A minimal writer: objects in order, one classic cross-reference table."""

    def __init__(self, version='1.7'):
        self.objs = []
        self.version = version
        self.trailer = ''

    def add(self, body=b''):
        self.objs.append(body if isinstance(body, bytes) else body.encode('latin-1'))
        return len(self.objs)

    def set(self, num, body):
        self.objs[num - 1] = body if isinstance(body, bytes) else body.encode('latin-1')

    def stream(self, data, extra='', filters=1):
        if isinstance(data, str):
            data = data.encode('latin-1')
        flt = ''
        if filters:
            for _ in range(filters):
                data = zlib.compress(data, 9)
            flt = '/Filter [%s] ' % ' '.join(['/FlateDecode'] * filters)
        return self.add(b'<<%s%s/Length %d>>\nstream\n' % (extra.encode('latin-1'), flt.encode(), len(data))
                        + data + b'\nendstream')

    def build(self, root):
        out = bytearray(b'%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n' % self.version.encode())
        offs = []
        for i, b in enumerate(self.objs):
            offs.append(len(out))
            out += b'%d 0 obj\n' % (i + 1) + b + b'\nendobj\n'
        start = len(out)
        out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(offs) + 1)
        for o in offs:
            out += b'%010d 00000 n \n' % o
        out += b'trailer\n<</Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n' % (
            len(offs) + 1, root, self.trailer.encode('latin-1'), start)
        return bytes(out)


def esc(s):
    return s.replace('\\', '\\\\').replace('(', '\\(').replace(')', '\\)')


def text(lines, size=24, x=60, y=480, lead=34):
    return 'BT /F1 %d Tf %d %d Td %d TL %s ET' % (
        size, x, y, lead, ' '.join('(%s) Tj T*' % esc(t) for t in lines))


def deck(contents, box='[0 0 720 540]', page_extra=None, catalog='', resources='', pdf=None, boxes=None):
    """A flat document: one page per content string, Helvetica as /F1."""
    p = pdf or Pdf()
    font = p.add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>')
    tree = p.add()
    kids = []
    for i, c in enumerate(contents):
        s = c if isinstance(c, int) else p.stream(c)
        kids.append(p.add('<</Type/Page/Parent %d 0 R%s/Contents %d 0 R/Resources<</Font<</F1 %d 0 R>>%s>>%s>>' % (
            tree, '' if boxes else '/MediaBox %s' % box, s, font, resources,
            (page_extra[i] if page_extra else '') + ('/MediaBox %s' % boxes[i] if boxes and boxes[i] else ''))))
    p.set(tree, '<</Type/Pages/Count %d/Kids[%s]>>' % (len(kids), ' '.join('%d 0 R' % k for k in kids)))
    return p, p.add('<</Type/Catalog/Pages %d 0 R%s>>' % (tree, catalog))


def slides(n, word='Slide'):
    return [text(['%s %d' % (word, i + 1), 'A short line of body text', 'and one more']) for i in range(n)]


def one(content, **kw):
    p, root = deck([content], **kw)
    return p.build(root)


def good_bad_good(pdf, bad, resources='', fonts=''):
    """Three pages of which only the middle one is trouble: the other two must come out."""
    p, root = deck([text(['Good slide before']), bad, text(['Good slide after'])], pdf=pdf, resources=resources)
    if fonts:
        p.objs = [o.replace(b'/Font<</F1', b'/Font<<' + fonts.encode() + b'/F1') if b'/Type/Page/' in o else o for o in p.objs]
    return p.build(root)


# --------------------------------------------------------------------------- volume and geometry

@case('pages-5000.pdf', '5,000 small pages', 'ok:5000|fail:PDF_TOO_LARGE')
def _():
    p, root = deck(slides(5000, 'Page'))
    return p.build(root)


@case('mediabox-1e6.pdf', 'page of 1,000,000 x 1,000,000 pt', 'ok:1|fail:PDF_TOO_LARGE')
def _():
    return one(text(['Enormous page']), box='[0 0 1000000 1000000]')


@case('mediabox-1e30.pdf', 'page sides of 1e30 pt, written out in digits', 'ok:1|fail:PDF_TOO_LARGE|fail:PDF_CORRUPT')
def _():
    return one(text(['Page beyond float sense']), box='[0 0 %s %s]' % ('1' + '0' * 30, '1' + '0' * 30))


@case('mediabox-strip.pdf', 'a strip of 1,000,000 x 1 pt: sane area, absurd side', 'ok:1|fail:PDF_TOO_LARGE')
def _():
    return one(text(['strip'], size=1, x=0, y=0), box='[0 0 1000000 1]')


@case('mediabox-odd.pdf', 'inverted, empty, negative, missing, non-numeric, 1 pt and offset page boxes', 'ok:8/6')
def _():
    b = ['[720 540 0 0]', '[0 0 0 0]', '[-360 -270 360 270]', '', '(none)', '[0 0 1 1]', '[10000 10000 10720 10540]',
         '[0 0 720 540]']
    p, root = deck(slides(len(b)), boxes=b)
    return p.build(root)


@case('rotate-mixed.pdf', '/Rotate 0 90 180 270 45 -90 450, /UserUnit 50, crop box outside the page', 'ok:9|ok:9/8')
def _():
    extra = ['/Rotate %d' % r for r in (0, 90, 180, 270, 45, -90, 450)] + ['/UserUnit 50', '/CropBox [900 900 1000 1000]']
    p, root = deck(slides(len(extra)), page_extra=extra)
    return p.build(root)


# --------------------------------------------------------------------------- structure

def lying_count(n):
    p, root = deck(slides(3))
    p.objs = [o.replace(b'/Type/Pages/Count 3/', b'/Type/Pages/Count %d/' % n) for o in p.objs]
    return p.build(root)


@case('zero-pages.pdf', 'valid document with an empty page tree', 'fail:PDF_EMPTY')
def _():
    p, root = deck([])
    return p.build(root)


@case('page-tree-loop.pdf', 'a node of the page tree lists its own parent as a kid', 'fail:PDF_CORRUPT|ok:1/0')
def _():
    p = Pdf()
    tree, mid = p.add(), p.add()
    c = p.stream('')
    page = p.add('<</Type/Page/Parent %d 0 R/MediaBox[0 0 720 540]/Contents %d 0 R>>' % (mid, c))
    p.set(tree, '<</Type/Pages/Count 3/Kids[%d 0 R]>>' % mid)
    p.set(mid, '<</Type/Pages/Parent %d 0 R/Count 3/Kids[%d 0 R %d 0 R]>>' % (tree, tree, page))
    return p.build(p.add('<</Type/Catalog/Pages %d 0 R>>' % tree))


@case('page-tree-deep.pdf', 'one page under 20,000 nested page tree nodes', 'ok:1|fail:PDF_CORRUPT')
def _():
    p = Pdf()
    c = p.stream('')
    depth = 20000
    first = len(p.objs) + 1
    for i in range(depth):
        p.add('<</Type/Pages/Count 1/Kids[%d 0 R]%s>>' % (first + i + 1, '/Parent %d 0 R' % (first + i - 1) if i else ''))
    p.add('<</Type/Page/Parent %d 0 R/MediaBox[0 0 720 540]/Contents %d 0 R>>' % (first + depth - 1, c))
    return p.build(p.add('<</Type/Catalog/Pages %d 0 R>>' % first))


@case('count-too-large.pdf', '/Count says 1,410,065,407 pages, three exist',
      'ok:3|fail:PDF_TOO_LARGE|fail:PDF_CORRUPT')
def _():
    return lying_count(1410065407)


@case('count-negative.pdf', '/Count is -3, three pages exist', 'ok:3|fail:PDF_CORRUPT|fail:PDF_EMPTY')
def _():
    return lying_count(-3)


@case('truncated.pdf', 'a 20-page file cut in the middle: no cross-reference table, no page tree',
      'fail:PDF_CORRUPT|ok:20/1')
def _():
    p, root = deck(slides(20))
    b = p.build(root)
    return b[:len(b) // 2]


@case('truncated-tail.pdf', 'a 20-page file without its cross-reference table: repair finds every page', 'ok:20')
def _():
    p, root = deck(slides(20))
    b = p.build(root)
    return b[:b.rindex(b'xref\n0 ') + 40]


@case('xref-wrong.pdf', 'every cross-reference offset is off by 7', 'ok:3')
def _():
    p, root = deck(slides(3))
    return p.build(root).replace(b'%\xe2\xe3\xcf\xd3\n', b'%\xe2\xe3\xcf\xd3\n%shift\n')


@case('xref-prev-loop.pdf', '/Prev of the trailer points at the same table', 'ok:3|fail:PDF_CORRUPT')
def _():
    p, root = deck(slides(3))
    b = p.build(root)
    p.trailer = '/Prev %d' % b.rindex(b'xref\n0 ')
    return p.build(root)


@case('leading-junk.pdf', '900 bytes of mail headers before %PDF', 'ok:3')
def _():
    p, root = deck(slides(3))
    return (b'X-Header: lecture attachment\r\n' * 40)[:900] + p.build(root)


@case('empty-file.pdf', 'zero bytes', 'fail:EMPTY_FILE')
def _():
    return b''


@case('header-only.pdf', 'nothing but the header', 'fail:PDF_CORRUPT|fail:PDF_EMPTY')
def _():
    return b'%PDF-1.7\n'


@case('png-named-pdf.pdf', 'a PNG image under a .pdf name: the type must come from the content', 'fail:PDF_CORRUPT|fail:UNSUPPORTED_TYPE')
def _():
    def chunk(t, d):
        return struct.pack('>I', len(d)) + t + d + struct.pack('>I', zlib.crc32(t + d))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 64, 48, 8, 0, 0, 0, 0))
            + chunk(b'IDAT', zlib.compress((b'\0' + b'\x80' * 64) * 48)) + chunk(b'IEND', b''))


@case('html-named-pdf.pdf', 'an error page of a web server saved as .pdf', 'fail:PDF_CORRUPT|fail:UNSUPPORTED_TYPE')
def _():
    return b'<!DOCTYPE html><html><head><title>403</title></head><body><h1>Forbidden</h1></body></html>\n'


@case('polyglot-zip.pdf', 'a valid PDF that is also a ZIP archive', 'ok:1')
def _():
    import io
    import zipfile
    f = io.BytesIO()
    with zipfile.ZipFile(f, 'w') as z:
        z.writestr(zipfile.ZipInfo('hello.txt'), 'hello')
    return one(text(['PDF and ZIP at once'])) + f.getvalue()


# --------------------------------------------------------------------------- encryption (RC4, 128 bit)

PAD = bytes.fromhex('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A')


def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for b in data:
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out.append(b ^ s[(s[i] + s[j]) & 255])
    return bytes(out)


def encrypted(user, owner):
    p, root = deck(slides(2, 'Secret slide'))
    ident = hashlib.md5(b'hostile').digest()
    h = hashlib.md5((owner.encode() + PAD)[:32]).digest()
    for _ in range(50):
        h = hashlib.md5(h).digest()
    o = (user.encode() + PAD)[:32]
    for i in range(20):
        o = rc4(bytes(b ^ i for b in h), o)
    perm = struct.pack('<i', -3904)
    key = hashlib.md5((user.encode() + PAD)[:32] + o + perm + ident).digest()
    for _ in range(50):
        key = hashlib.md5(key).digest()
    u = hashlib.md5(PAD + ident).digest()
    for i in range(20):
        u = rc4(bytes(b ^ i for b in key), u)
    for n, b in enumerate(p.objs):
        k = b.find(b'stream\n')
        if k >= 0:
            end = b.rindex(b'\nendstream')
            ok = hashlib.md5(key + struct.pack('<I', n + 1)[:3] + b'\0\0').digest()
            p.objs[n] = b[:k + 7] + rc4(ok, b[k + 7:end]) + b[end:]
    enc = p.add('<</Filter/Standard/V 2/R 3/Length 128/P -3904/O<%s>/U<%s>>>' % (o.hex(), (u + bytes(16)).hex()))
    p.trailer = '/Encrypt %d 0 R/ID[<%s><%s>]' % (enc, ident.hex(), ident.hex())
    return p.build(root)


@case('encrypted-user.pdf', 'needs the user password "lecture"', 'fail:PDF_ENCRYPTED')
def _():
    return encrypted('lecture', 'owner')


@case('encrypted-owner-only.pdf', 'encrypted with an empty user password: every reader opens it', 'ok:2')
def _():
    return encrypted('', 'owner')


@case('encrypted-unknown-filter.pdf', 'encrypted with a filter nobody has', 'fail:PDF_ENCRYPTED|fail:PDF_CORRUPT')
def _():
    return encrypted('', 'owner').replace(b'/Filter/Standard/V 2', b'/Filter/Tresor99/V 9')


# --------------------------------------------------------------------------- bombs

@case('form-nesting-2000.pdf', 'Form XObjects nested 2,000 deep', 'ok:3/2|ok:3')
def _():
    p = Pdf()
    inner = p.stream('0 0 10 10 re f', '/Type/XObject/Subtype/Form/BBox[0 0 720 540]')
    for _ in range(2000):
        inner = p.stream('q /X Do Q', '/Type/XObject/Subtype/Form/BBox[0 0 720 540]/Resources<</XObject<</X %d 0 R>>>>' % inner)
    return good_bad_good(p, '/X Do', '/XObject<</X %d 0 R>>' % inner)


@case('form-fanout-1e10.pdf', 'ten levels of Form XObjects, each drawing the next one ten times', 'ok:3/2|fail:RENDER_TIMEOUT')
def _():
    p = Pdf()
    inner = p.stream('0 0 10 10 re f', '/Type/XObject/Subtype/Form/BBox[0 0 720 540]')
    for _ in range(10):
        inner = p.stream('/X Do ' * 10, '/Type/XObject/Subtype/Form/BBox[0 0 720 540]/Resources<</XObject<</X %d 0 R>>>>' % inner)
    return good_bad_good(p, '/X Do', '/XObject<</X %d 0 R>>' % inner)


@case('form-self.pdf', 'a Form XObject that draws itself', 'ok:3')
def _():
    p = Pdf()
    x = p.add()
    n = len(p.objs)
    s = p.stream('0 0 50 50 re f /X Do', '/Type/XObject/Subtype/Form/BBox[0 0 720 540]/Resources<</XObject<</X %d 0 R>>>>' % x)
    p.objs[n - 1] = p.objs.pop()
    assert s == n + 1
    return good_bad_good(p, '/X Do', '/XObject<</X %d 0 R>>' % x)


@case('type3-cycle.pdf', 'glyph -> glyph of a second Type 3 font -> tiling pattern -> first font: errors multiply, memory and log flood',
      'ok:3/2|fail:RENDER_LIMIT')
def _():
    p = Pdf()
    outer, inner, pat, helv = p.add(), p.add(), p.add(), p.add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>')
    frame = ('<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.005 0 0 .005 0 0]/FirstChar 120/LastChar 121'
             '/Widths[1000 1000]/Encoding<</Type/Encoding/Differences[120/x/y]>>/CharProcs<</x %d 0 R/y %d 0 R>>/Resources<<%s>>>>')
    calls = p.stream('1000 0 d0 0 0 500 500 re s BT /In 50 Tf (xyx) Tj ET')
    paints = p.stream('1000 0 d0 2 Tr 10 w 0 0 1 RG /Pattern cs /P scn BT /H 60 Tf 30 0 0 30 10 10 Tm (xy) Tj ET')
    p.set(outer, frame % (calls, calls, '/Font<</In %d 0 R>>' % inner))
    p.set(inner, frame % (paints, paints, '/Font<</H %d 0 R>>/Pattern<</P %d 0 R>>' % (helv, pat)))
    body = b'BT /Out 4 Tf 10 0 0 10 1 1 Tm (yx) Tj ET'
    p.set(pat, b'<</Type/Pattern/PatternType 1/PaintType 1/TilingType 2/XStep 50/YStep 30/BBox[0 0 60 60]'
          b'/Resources<</Font<</Out %d 0 R>>>>/Length %d>>\nstream\n%s\nendstream' % (outer, len(body), body))
    bad = '2 Tr BT /Out 20 Tf 100 400 Td (xy) Tj ET'
    return good_bad_good(p, bad, fonts='/Out %d 0 R' % outer)


@case('pattern-self.pdf', 'a tiling pattern filled with itself', 'ok:3/2|ok:3')
def _():
    p = Pdf()
    x = p.add()
    n = len(p.objs)
    p.stream('/Pattern cs /P scn 0 0 9 9 re f', '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 10 10]'
             '/XStep 10/YStep 10/Resources<</Pattern<</P %d 0 R>>>>' % x)
    p.objs[n - 1] = p.objs.pop()
    return good_bad_good(p, '/Pattern cs /P scn 0 0 720 540 re f', '/Pattern<</P %d 0 R>>' % x)


@case('pattern-tiny-step.pdf', 'a tiling pattern with a step of 0.001 pt over the whole page', 'ok:3/2|ok:3|fail:RENDER_TIMEOUT')
def _():
    p = Pdf()
    x = p.stream('0 0 1 1 re f', '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .001/YStep .001/Resources<<>>')
    return good_bad_good(p, '/Pattern cs /P scn 0 0 720 540 re f', '/Pattern<</P %d 0 R>>' % x)


@case('group-nesting-40.pdf', '40 nested transparency groups, each as large as the page', 'ok:3|ok:3/2')
def _():
    p = Pdf()
    attrs = '/Type/XObject/Subtype/Form/BBox[0 0 720 540]/Group<</S/Transparency/I true/K true>>'
    inner = p.stream('1 0 0 rg 0 0 300 300 re f', attrs)
    for _ in range(40):
        inner = p.stream('q /G gs /X Do Q', attrs + '/Resources<</ExtGState<</G<</ca .9>>>>/XObject<</X %d 0 R>>>>' % inner)
    return good_bad_good(p, '/X Do', '/XObject<</X %d 0 R>>' % inner)


@case('flate-bomb-content.pdf', 'a page description of 1 GiB of blanks behind two Flate filters', 'ok:3/2|fail:RENDER_TIMEOUT|fail:PDF_TOO_LARGE')
def _():
    p = Pdf()
    c = zlib.compressobj(9)
    blank = b' ' * (1 << 20)
    data = b''.join(c.compress(blank) for _ in range(1024)) + c.flush()
    data = zlib.compress(data, 9)
    s = p.add(b'<</Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n' % len(data) + data + b'\nendstream')
    return good_bad_good(p, s)


@case('flate-bomb-image.pdf', 'an image of 30,000 x 30,000 RGB (2.5 GiB) behind two Flate filters', 'ok:3/2|fail:RENDER_LIMIT|fail:PDF_TOO_LARGE')
def _():
    p = Pdf()
    c = zlib.compressobj(9)
    row = b'\x7f' * (3 * 30000 * 10)
    data = b''.join(c.compress(row) for _ in range(3000)) + c.flush()
    data = zlib.compress(data, 9)
    im = p.add(b'<</Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceRGB/BitsPerComponent 8'
               b'/Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n' % len(data) + data + b'\nendstream')
    return good_bad_good(p, 'q 600 0 0 400 60 60 cm /I Do Q', '/XObject<</I %d 0 R>>' % im)


@case('image-too-wide.pdf', 'an image of 200,000 x 1 pixels between good slides', 'ok:3/2|ok:3')
def _():
    p = Pdf()
    im = p.stream(b'\x55' * 200000, '/Type/XObject/Subtype/Image/Width 200000/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8')
    return good_bad_good(p, 'q 600 0 0 20 60 60 cm /I Do Q', '/XObject<</I %d 0 R>>' % im)


@case('image-size-lie.pdf', 'an image that declares 2,000,000,000 x 2,000,000,000 pixels and has 10 bytes', 'ok:3/2|ok:3')
def _():
    p = Pdf()
    im = p.stream(b'0123456789', '/Type/XObject/Subtype/Image/Width 2000000000/Height 2000000000/ColorSpace/DeviceRGB/BitsPerComponent 8')
    return good_bad_good(p, 'q 600 0 0 400 60 60 cm /I Do Q', '/XObject<</I %d 0 R>>' % im)


@case('paths-3-million.pdf', 'a plot of 3,000,000 translucent line segments on one page', 'ok:3/2|ok:3|fail:RENDER_TIMEOUT')
def _():
    seg = ''.join('%d %d m %d %d l S\n' % (i * 37 % 720, i * 91 % 540, i * 53 % 720, i * 17 % 540) for i in range(30000))
    p = Pdf()
    form = p.stream(seg, '/Type/XObject/Subtype/Form/BBox[0 0 720 540]')
    return good_bad_good(p, '.1 w /G gs ' + '/X Do ' * 100,
                         '/XObject<</X %d 0 R>>/ExtGState<</G<</CA .5/ca .5>>>>' % form)


@case('dash-tiny.pdf', 'a line across the page with a dash length of 0.00001 pt', 'ok:3')
def _():
    return good_bad_good(Pdf(), '[.00001] 0 d 2 w 0 270 m 720 270 l S ' * 50)


@case('save-stack-1e6.pdf', 'a million unbalanced q operators', 'ok:3|ok:3/2')
def _():
    return good_bad_good(Pdf(), 'q ' * 1000000 + text(['Deep graphics state']))


@case('array-nesting-100k.pdf', 'arrays nested 100,000 deep inside the catalogue', 'ok:1|fail:PDF_CORRUPT')
def _():
    return one(text(['Deep array']), catalog='/X ' + '[' * 100000 + ']' * 100000)


# --------------------------------------------------------------------------- text that breaks writers

NASTY = [
    'control \x00\x01\x08\x0b\x0c\x0e\x1f end', 'field\x1fseparator\x1erecord', 'tab\tnewline\ncr\rend',
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', ']]> &amp; &#x1; &lt; < > " \'', '<w:p><w:t>docx</w:t></w:p>',
    '{{c1::cloze}} {{Front}} [sound:x.mp3] [latex]x[/latex]', '\\( x \\) $$ \\frac{1}{2} $$', '=cmd|\'/c calc\'!A1',
    '"quoted","csv"; semicolon', '\ud800 lone \udfff surrogates', '\ufffe\uffff\ufdd0 noncharacters', '\u200f\u202eRTL override\u202c\u2066isolate\u2069',
    '\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627', '\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea emoji',
    'z\u0351\u036b\u0343\u036a\u0302a\u0334\u0315\u0332l\u0321\u031bg\u0353\u034do', '\u2028line\u2029paragraph\x85nel', '\ufeffbom \u00ad soft \u200b zero',
    '../../etc/passwd %00 %2e%2e%2f', 'Robert\'); DROP TABLE notes;--', '\u4e2d\u6587 \u65e5\u672c\u8a9e \ud55c\uad6d\uc5b4 \u0420\u0443\u0441\u0441\u043a\u0438\u0439',
]


def utf16(s):
    return b''.join(struct.pack('>H', ord(c)) if ord(c) < 0x10000 else c.encode('utf-16-be') for c in s)


def hexstr(s):
    return '<' + (b'\xfe\xff' + utf16(s)).hex() + '>'


@case('text-nasty.pdf', 'text layer, title, bookmarks and labels with control characters, markup, separators, lone surrogates, RTL marks, emoji',
      'ok:%d' % len(NASTY))
def _():
    p = Pdf()
    fonts, contents = [], []
    for line in NASTY:
        # Each line gets a font whose character codes 33, 34, ... map to the wanted characters.
        codes = list(range(33, 33 + len(line)))
        assert codes[-1] < 256
        cmap = ('/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def '
                '1 begincodespacerange <00> <FF> endcodespacerange\n')
        for k in range(0, len(codes), 100):
            part = list(zip(codes, line))[k:k + 100]
            cmap += '%d beginbfchar\n%sendbfchar\n' % (len(part), ''.join('<%02X> <%s>\n' % (c, utf16(ch).hex()) for c, ch in part))
        cmap += 'endcmap CMapName currentdict /CMap defineresource pop end end'
        tu = p.stream(cmap)
        fonts.append(p.add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode %d 0 R>>' % tu))
        contents.append('BT /F1 30 Tf 60 450 Td (Nasty text) Tj ET BT /N%d 18 Tf 60 380 Td <%s> Tj ET' % (
            len(fonts), bytes(codes).hex()))
    p, root = deck(contents, pdf=p)
    names = b''.join(b'/N%d %d 0 R' % (i + 1, f) for i, f in enumerate(fonts))
    p2 = Pdf()  # the same objects, now with the fonts named, and with metadata, bookmarks and page labels
    p2.objs = [o.replace(b'/Font<</F1', b'/Font<<' + names + b'/F1') for o in p.objs]
    pages = [i + 1 for i, o in enumerate(p2.objs) if b'/Type/Page/' in o]
    out = p2.add()
    items = [p2.add() for _ in NASTY]
    for i, s in enumerate(NASTY):
        p2.set(items[i], '<</Title %s/Parent %d 0 R/Dest[%d 0 R/Fit]%s%s>>' % (
            hexstr(s), out, pages[i], '/Prev %d 0 R' % items[i - 1] if i else '',
            '/Next %d 0 R' % items[i + 1] if i + 1 < len(items) else ''))
    p2.set(out, '<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>' % (items[0], items[-1], len(items)))
    info = p2.add('<</Title %s/Author %s/Subject %s>>' % (hexstr(''.join(NASTY[:4])), hexstr(NASTY[3]), hexstr(NASTY[15])))
    labels = '/PageLabels<</Nums[%s]>>' % ' '.join('%d<</P %s>>' % (i, hexstr(s)) for i, s in enumerate(NASTY))
    p2.set(root, p2.objs[root - 1][:-2] + ('/Outlines %d 0 R%s>>' % (out, labels)).encode('latin-1'))
    p2.trailer = '/Info %d 0 R' % info
    return p2.build(root)


@case('text-200k.pdf', 'one page with 200,000 characters of text and a word of 20,000 letters', 'ok:1')
def _():
    lines = ['w' * 20000] + ['line %d of a page with far too much text on it for one slide' % i for i in range(3000)]
    return one(text(lines, size=4, lead=1))


@case('javascript-and-launch.pdf', 'open action with JavaScript, launch and submit actions, a file link, an attachment with a path name', 'ok:2')
def _():
    p = Pdf()
    js = '<</S/JavaScript/JS(app.alert\\("hi"\\); while\\(1\\){})>>'
    emb = p.stream('not a program', '/Type/EmbeddedFile')
    spec = '<</Type/Filespec/F(../../../tmp/owned.sh)/UF(../../../tmp/owned.sh)/EF<</F %d 0 R>>>>' % emb
    annots = ('/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 720 540]/A<</S/Launch/F(/bin/sh)>>>>'
              '<</Type/Annot/Subtype/Link/Rect[0 0 100 100]/A<</S/URI/URI(file:///etc/passwd)>>>>'
              '<</Type/Annot/Subtype/Link/Rect[0 0 100 100]/A<</S/URI/URI(javascript:alert\\(1\\))>>>>'
              '<</Type/Annot/Subtype/Widget/FT/Tx/T(field)/V(typed value)/Rect[60 60 300 90]/DA(/Helv 12 Tf 0 g)/AA<</K %s>>>>]' % js)
    p, root = deck(slides(2), page_extra=[annots, '/AA<</O %s>>' % js], pdf=p,
                   catalog='/OpenAction %s/Names<</JavaScript<</Names[(a) %s]>>/EmbeddedFiles<</Names[(a) %s]>>>>'
                           '/AcroForm<</NeedAppearances true/Fields[]>>' % (js, js, spec))
    return p.build(root)


# --------------------------------------------------------------------------- shapes of real lectures

@case('builds-5x4.pdf', 'five slides, each built up in four steps: 20 pages, 5 ideas', 'ok:20')
def _():
    c = []
    for i in range(5):
        for k in range(4):
            c.append(text(['Topic %d' % (i + 1)] + ['Point %d of topic %d' % (j + 1, i + 1) for j in range(k + 1)])
                     + ' BT /F1 10 Tf 660 20 Td (%d / 5) Tj ET' % (i + 1))
    p, root = deck(c)
    return p.build(root)


@case('blank-and-equal.pdf', 'twelve pages: blank ones, and the same slide again and again', 'ok:12')
def _():
    p, root = deck(['', text(['Only slide']), '', '', text(['Only slide']), text(['Only slide']), '1 g 0 0 720 540 re f',
                    '0 g 0 0 720 540 re f', '', text(['Only slide']), '', ''])
    return p.build(root)


@case('scan-rotated.pdf', 'four pages that are only a one-bit picture, stored with /Rotate 0, 90, 180 and 270', 'ok:4')
def _():
    p = Pdf()
    w, h = 800, 600
    bits = bytearray(b'\xff' * (w // 8 * h))
    seed = 12345
    for stroke in range(160):
        seed = (seed * 1103515245 + 12345) & 0x7fffffff
        x, y = 60 + seed % 680, 60 + stroke // 16 * 50
        for t in range(40):
            seed = (seed * 1103515245 + 12345) & 0x7fffffff
            x, y = x + (seed >> 8) % 3 - 0, y + (seed >> 16) % 3 - 1
            for dx, dy in ((0, 0), (1, 0), (0, 1)):
                a, b = min(max(x + dx, 0), w - 1), min(max(y + dy, 0), h - 1)
                bits[b * (w // 8) + a // 8] &= ~(0x80 >> (a % 8)) & 255
    im = p.stream(bytes(bits), '/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1' % (w, h))
    p, root = deck(['q 720 0 0 540 0 0 cm /I Do Q'] * 4, pdf=p, resources='/XObject<</I %d 0 R>>' % im,
                   page_extra=['/Rotate %d' % r for r in (0, 90, 180, 270)])
    return p.build(root)


@case('mixed-sizes.pdf', 'portrait, landscape, square, banner and postage-stamp pages in one deck', 'ok:6')
def _():
    b = ['[0 0 595 842]', '[0 0 960 540]', '[0 0 500 500]', '[0 0 3000 300]', '[0 0 40 30]', '[0 0 720 540]']
    p, root = deck([text(['Page %d' % (i + 1)], size=max(4, int(x.split()[-1][:-1]) // 12), x=2,
                         y=int(x.split()[-1][:-1]) // 2) for i, x in enumerate(b)], boxes=b)
    return p.build(root)


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    wanted = set(sys.argv[2:])
    with open(os.path.join(out, 'expected.tsv'), 'w') as t:
        t.write('file\twhat_is_wrong\texpected\n')
        for name, what, expected, fn in CASES:
            if wanted and name not in wanted:
                continue
            data = fn()
            with open(os.path.join(out, name), 'wb') as f:
                f.write(data)
            t.write('%s\t%s\t%s\n' % (name, what, expected))
            print('%9d %s' % (len(data), name))


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
