// mutool run distinct.js IN OUT: the same document with each page a little smaller, so that no page is equal to one of IN
var doc = new PDFDocument(scriptArgs[0]);
var count = doc.countPages();
for (var i = 0; i < count; i++) {
    var box = doc.loadPage(i).bound();
    doc.findPage(i).put("MediaBox", [0, 0, box[2] - box[0] - 2, box[3] - box[1] - 2]);
}
doc.save(scriptArgs[1], "garbage");
