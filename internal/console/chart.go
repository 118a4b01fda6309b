package console

import "ogpbot/internal/chart"

// chartView is what the template "chart" shows: a chart, and the table behind it.
type chartView struct {
	chart.Figure
	Note    string // a sentence below the title
	AsTable string
	None    string // said in place of no rows
	CSV     link   // the same as a file
}

// chart makes a view of a figure; csv is the path of the file below the console, "" if there is none.
func (q *request) chart(f chart.Figure, note, csv string) chartView {
	v := chartView{Figure: f, Note: note, AsTable: q.Say("console-chart.table"), None: q.Say("console-chart.none")}
	if csv != "" {
		v.CSV = link{Href: Path + csv, Label: q.Say("console-chart.csv")}
	}
	return v
}
