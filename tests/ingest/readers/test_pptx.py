"""The reader of PowerPoint presentations."""

from pathlib import Path

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.ingest.readers.made_files import headings, make_pptx, on_pages, read, repacked
from vectorstore.reading_warnings import sentences_of
from vectorstore.records import ReadingWarning


def test_slides_are_read_from_top_to_bottom(tmp_path: Path) -> None:
    show = Presentation()
    show.core_properties.title = "PowerPoint Presentation"
    slide = show.slides.add_slide(show.slide_layouts[5])
    for text, left, top in (("low", 1, 5), ("right", 5, 2.05), ("left", 1, 2.1)):
        box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
        box.text_frame.text = text
    slide.shapes.title.text = "Tea\vtrade"
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_textbox(Inches(1), Inches(6), Inches(2), Inches(1))
    inner.text_frame.text = "grouped\nsecond line"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(7), Inches(4), Inches(1)).table
    for at, text in enumerate(("Year", "Tonnes", "1923", "20")):
        table.cell(at // 2, at % 2).text = text
    data = CategoryChartData()
    data.categories = ["1922", "1923"]
    data.add_series("Tea", (10, 20.5))
    where = (Inches(1), Inches(7.3), Inches(4), Inches(2))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *where, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Harvest"
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    show.slides.add_slide(show.slide_layouts[6])
    hidden = show.slides.add_slide(show.slide_layouts[5])
    hidden.shapes.title.text = "Spare"
    hidden.element.set("show", "0")
    show.save(str(tmp_path / "a.pptx"))
    document = read(tmp_path / "a.pptx")
    first = (
        "Tea trade\n\nleft\n\nright\n\nlow\n\ngrouped\nsecond line\n\nYear: 1923; Tonnes: 20\n\n"
        "Harvest\nTea: 1922 = 10; 1923 = 20.5\n\nNotes:\nSay it slowly."
    )
    assert on_pages(document) == [first, "", "Spare"]
    assert headings(document) == ["Tea trade", "Spare"]
    assert sentences_of(document.warnings, "slide") == [
        "No text on slide 2 (pictures?).",
        "Hidden, but read: slide 3.",
    ]
    assert [page.warning for page in document.pages] == [
        "",
        "No text here (a picture?).",
        "This slide is hidden.",
    ]
    assert document.metadata.title == ""


def test_what_no_viewer_of_a_slide_sees_is_left_out_and_counted(tmp_path: Path) -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Seen"
    for text, left in (("beside the slide", 11), ("on its edge", 9), ("hidden", 1)):
        box = slide.shapes.add_textbox(Inches(left), Inches(3), Inches(2), Inches(1))
        box.text_frame.text = text
    slide.shapes[-1]._element.nvSpPr.cNvPr.set("hidden", "1")
    show.save(str(tmp_path / "a.pptx"))
    document = read(tmp_path / "a.pptx")
    assert document.text == "Seen\n\non its edge"
    assert document.warnings == (ReadingWarning("hidden_text", 2, page=1),)


def test_what_stands_on_many_slides_and_where_placeholders_lie(tmp_path: Path) -> None:
    show = Presentation()
    layout = show.slide_layouts[3]  # two contents side by side, placed by the layout
    stamp = layout.placeholders[0]._element.getparent()
    for number in (1, 2):
        slide = show.slides.add_slide(layout)
        right, left = slide.placeholders[2], slide.placeholders[1]
        left.text_frame.text, right.text_frame.text = f"left {number}", f"right {number}"
        slide.shapes._spTree.insert(2, right._element)  # stored first, shown to the right
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
    box.text_frame.text = "Not yet agreed"
    stamp.append(box._element)
    show.part._element.set("firstSlideNum", "12")
    show.save(str(tmp_path / "a.pptx"))
    document = read(tmp_path / "a.pptx")
    assert on_pages(document) == [
        "left 1\n\nright 1\n\nOn many slides: Not yet agreed",
        "left 2\n\nright 2",
    ]
    assert [page.label for page in document.pages] == ["12", "13"]


def test_newer_charts_pictures_and_comments(tmp_path: Path) -> None:
    frame = (
        '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>'
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="cx1"><p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/'
        'presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<p:nvGraphicFramePr><p:cNvPr id="9" name="C"/></p:nvGraphicFramePr><a:graphic>'
        '<a:graphicData><cx:chart xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/'
        'chartex" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'r:id="x1"/></a:graphicData></a:graphic></p:graphicFrame></mc:Choice></mc:AlternateContent>'
    )
    chart = (
        '<cx:chartSpace xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex">'
        '<cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:lvl><cx:pt idx="0">Rent</cx:pt>'
        '<cx:pt idx="1">Wages</cx:pt></cx:lvl></cx:strDim><cx:numDim type="val"><cx:lvl formatCode='
        '"0%"><cx:pt idx="0">0.4</cx:pt><cx:pt idx="1">0.6</cx:pt></cx:lvl></cx:numDim></cx:data>'
        "</cx:chartData><cx:chart><cx:plotArea><cx:plotAreaRegion><cx:series><cx:tx><cx:txData>"
        '<cx:v>Costs</cx:v></cx:txData></cx:tx><cx:dataId val="0"/></cx:series></cx:plotAreaRegion>'
        "</cx:plotArea></cx:chart></cx:chartSpace>"
    )
    comment = (
        '<p188:cmLst xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p188:cm authorId="{A}">'
        '<p188:replyLst><p188:reply authorId="{B}"><p188:txBody><a:p><a:r><a:t>Yes.</a:t></a:r>'
        "</a:p></p188:txBody></p188:reply></p188:replyLst><p188:txBody><a:p><a:r><a:t>Is it so?"
        "</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>"
    )
    authors = (
        '<p188:authorLst xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main">'
        '<p188:author id="{A}" name="Ane Moe"/><p188:author id="{B}" name="Per Roe"/>'
        "</p188:authorLst>"
    )
    links = '<Relationship Id="x{}" Type="http://schemas.microsoft.com/office/{}" Target="{}"/>'
    chart_link = links.format(1, "2014/relationships/chartEx", "../c.xml")
    comment_link = links.format(2, "2018/10/relationships/comments", "../comments.xml")
    author_link = links.format(3, "2018/10/relationships/authors", "authors.xml")
    end = "</Relationships>"
    make_pptx(tmp_path / "a.pptx", "Costs of the mill")
    repacked(
        tmp_path / "a.pptx",
        ("ppt/slides/slide1.xml", "</p:spTree>", f"{frame}</p:spTree>"),
        ("ppt/slides/_rels/slide1.xml.rels", end, f"{chart_link}{comment_link}{end}"),
        ("ppt/_rels/presentation.xml.rels", end, f"{author_link}{end}"),
        ("ppt/c.xml", "", chart),
        ("ppt/comments.xml", "", comment),
        ("ppt/authors.xml", "", authors),
    )
    document = read(tmp_path / "a.pptx")
    assert document.text == (
        "Costs of the mill\n\nCosts: Rent = 40%; Wages = 60%\n\nComment (Ane Moe): Is it so?\n\n"
        "Comment (Per Roe): Yes."
    )
    assert document.warnings == ()


def test_a_slide_that_is_missing_keeps_its_number(tmp_path: Path) -> None:
    make_pptx(tmp_path / "a.pptx", "First", "Second", "Third")
    repacked(tmp_path / "a.pptx", ("ppt/_rels/presentation.xml.rels", "slide2.xml", "gone.xml"))
    document = read(tmp_path / "a.pptx")
    assert on_pages(document) == ["First", "", "Third"]
    assert [(one.kind, one.page) for one in document.warnings] == [
        ("damaged", 2),
        ("missing_parts", None),
    ]
