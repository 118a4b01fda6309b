package console

import "ogpbot/internal/chart"

// chartView is what the template "chart" shows: a chart, and the table behind it.
type chartView struct {
	chart.Figure
	Note    string // a sentence below the title
	AsTable string
	Behind  table
	CSV     link // the same as a file
}

// chart makes a view of a figure; csv is the path of the file below the console, "" if there is none.
func (q *request) chart(f chart.Figure, note, csv string) chartView {
	v := chartView{Figure: f, Note: note, AsTable: q.Say("console-chart.table"),
		Behind: table{Caption: f.Title, Head: f.Head, Empty: q.Say("console-chart.none")}}
	for _, row := range f.Rows {
		cells := make([]cell, len(row))
		for i, text := range row {
			cells[i] = cell{Text: text, Num: i > 0}
		}
		v.Behind.Rows = append(v.Behind.Rows, cells)
	}
	if csv != "" {
		v.CSV = link{Href: Path + csv, Label: q.Say("console-chart.csv")}
	}
	return v
}
