"""The reader of PowerPoint presentations."""

from pathlib import Path

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.ingest.readers.made_files import headings, on_pages, read
from vectorstore.reading_warnings import sentences_of


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
    where = (Inches(1), Inches(9), Inches(4), Inches(2))
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
        "Tea trade\n\nleft\n\nright\n\nlow\n\ngrouped\nsecond line\n\nYear | Tonnes\n1923 | 20\n\n"
        "Harvest\nTea: 1922 = 10; 1923 = 20.5\n\nNotes:\nSay it slowly."
    )
    assert on_pages(document) == [first, "", "Spare"]
    assert headings(document) == ["Tea trade", "Spare"]
    assert sentences_of(document.warnings, "slide") == [
        "Hidden, but read: slide 3.",
        "No text on slide 2 (pictures?).",
    ]
    assert [page.warning for page in document.pages] == [
        "",
        "No text here (a picture?).",
        "This slide is hidden.",
    ]
    assert document.metadata.title == ""
