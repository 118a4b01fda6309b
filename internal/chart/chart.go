// Package chart draws small charts as SVG, on the server, for pages without script.
//
// It imports nothing of this module. Everything that it is given is escaped, so what it returns may stand in a page as it is.
// It holds no colour and no inline style: what is drawn is in currentColor with the classes chart, grid and s0 to s5, to which
// a style sheet gives colours; without one it is readable in black on white, as on paper.
//
// Why: lengths along are percentages and only heights are pixels, so a chart is as wide as its place while its letters stay
// as large as those around it, on a telephone and on paper. Lines differ in dashes and in marks, not by colour alone. A
// Figure carries the rows of the table that says the same to those who do not see the picture.
package chart

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Figure is one chart and the table behind it.
type Figure struct {
	Title string
	SVG   template.HTML // "" if there is nothing to draw
	Head  []string
	Rows  [][]string // as they are shown; each as long as Head
}

// Bar is one of Bars.
type Bar struct {
	Label string
	Value float64 // 0 or more; NaN: there is none, and nothing is drawn
	Text  string  // what is written for Value; "": the number
}

// Series is one line of Lines.
type Series struct {
	Name   string
	Values []float64 // one per label; NaN leaves a gap
	Step   bool      // the value holds until the next one: no slope between them
}

// MaxSeries is how many lines can be told apart.
const MaxSeries = 6

const (
	barRow   = 44  // height of a bar with its label, in pixels
	plotTop  = 22  // above the highest grid line
	plotHigh = 160 // from there to the lowest
	keyRow   = 24  // height of a line of the legend
	letter   = 14  // size of letters
)

// Bars draws lying bars, one below the other, in the order in which they are given. by heads the column of the labels, of that
// of the values. top is the value of a full bar; 0: the highest.
func Bars(title, by, of string, top float64, bars []Bar) Figure {
	f := Figure{Title: title, Head: []string{by, of}}
	for _, b := range bars {
		if !math.IsNaN(b.Value) {
			top = max(top, b.Value)
		}
	}
	var d drawing
	for i, b := range bars {
		text := b.Text
		if text == "" {
			text = Number(b.Value)
		}
		f.Rows = append(f.Rows, []string{b.Label, text})
		y := i*barRow + letter
		d.text("0", y, "start", b.Label)
		d.text("100%", y, "end", text)
		d.add(`<rect class="track" x="0" y="%d" width="100%%" height="12" rx="3" fill="currentColor" fill-opacity=".12"/>`, y+7)
		if top > 0 && b.Value > 0 {
			d.add(`<rect class="s0" x="0" y="%d" width="%s" height="12" rx="3" fill="currentColor"/>`, y+7, percent(b.Value/top))
		}
	}
	if len(bars) > 0 {
		f.SVG = d.svg(title, len(bars)*barRow)
	}
	return f
}

// Lines draws how values went, from the left to the right: labels are the equal steps of it. The scale begins at 0 and ends
// at top, or where the highest value needs it if top is 0. Of more than MaxSeries series the further ones are in the table only.
func Lines(title, by string, labels []string, top float64, series []Series) Figure {
	f := Figure{Title: title, Head: []string{by}}
	for _, s := range series {
		f.Head = append(f.Head, s.Name)
	}
	for i, label := range labels {
		row := []string{label}
		for _, s := range series {
			row = append(row, Number(s.at(i)))
		}
		f.Rows = append(f.Rows, row)
	}
	if len(labels) == 0 || len(series) == 0 {
		return f
	}
	series = series[:min(len(series), MaxSeries)]
	if top == 0 {
		top = scale(series, len(labels))
	}
	var d drawing
	d.grid(top)
	for n, s := range series {
		d.line(n, s, len(labels), top)
	}
	high := plotTop + plotHigh + 8 + letter
	d.labels(labels, high)
	if len(series) > 1 {
		for n, s := range series {
			d.key(n, s.Name, high+14+n*keyRow)
		}
		high += 6 + len(series)*keyRow
	}
	f.SVG = d.svg(title, high+6)
	return f
}

// Number writes a value with at most one digit after the point, and what is not a number as a dash.
func Number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

func (s Series) at(i int) float64 {
	if i < len(s.Values) {
		return s.Values[i]
	}
	return math.NaN()
}

// scale is the least of 4, 8, 20, 40, 80, 200 ... that no value is above: its quarters are whole.
func scale(series []Series, n int) float64 {
	most := 4.0
	for _, s := range series {
		for i := range n {
			if v := s.at(i); !math.IsNaN(v) && !math.IsInf(v, 0) {
				most = max(most, v)
			}
		}
	}
	for unit := 4.0; ; unit *= 10 {
		for _, times := range []float64{1, 2, 5} {
			if unit*times >= most {
				return unit * times
			}
		}
	}
}

// drawing is an SVG in the making.
type drawing struct{ b strings.Builder }

func (d *drawing) add(form string, args ...any) { fmt.Fprintf(&d.b, form, args...) }

func (d *drawing) text(x string, y int, anchor, s string) {
	d.add(`<text x="%s" y="%d" text-anchor="%s" fill="currentColor">%s</text>`, x, y, anchor, html.EscapeString(s))
}

func (d *drawing) svg(title string, high int) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" width="100%%" height="%d" font-size="%d"><title>%s</title>%s</svg>`,
		high, letter, html.EscapeString(title), d.b.String())) //nolint:gosec // all that came from outside is escaped above
}

// x is where step i of n is, beside the numbers of the scale; y how high a value.
func x(i, n int) float64 {
	if n == 1 {
		return .5
	}
	return .1 + .88*float64(i)/float64(n-1)
}

func y(v, top float64) float64 {
	return plotTop + plotHigh*(1-min(max(v, 0), top)/top)
}

func percent(part float64) string {
	return strconv.FormatFloat(math.Round(part*10000)/100, 'f', -1, 64) + "%"
}

// grid draws the scale: a line at each quarter, with its number at the left above it.
func (d *drawing) grid(top float64) {
	for i := range 5 {
		v := top * float64(i) / 4
		at := y(v, top)
		d.add(`<line class="grid" x1="0" x2="100%%" y1="%.1f" y2="%.1f" stroke="currentColor" stroke-opacity=".2"/>`, at, at)
		if i%2 == 0 {
			d.add(`<text class="grid" x="0" y="%.1f" font-size="12" fill="currentColor" fill-opacity=".75">%s</text>`, at-4, Number(v))
		}
	}
}

// dashes of the lines, and the sides of their marks: 0 is a circle.
var dashes = [MaxSeries]string{"none", "7 4", "2 3", "10 3 2 3", "4 2", "1 4"}

func (d *drawing) line(n int, s Series, steps int, top float64) {
	d.add(`<g class="s%d" stroke="currentColor" fill="currentColor" stroke-width="2" stroke-linecap="round">`, n)
	last := -1
	for i := range steps {
		v := s.at(i)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			last = -1
			continue
		}
		if last >= 0 {
			from, to := y(s.at(last), top), y(v, top)
			if s.Step {
				d.stroke(n, x(last, steps), x(i, steps), from, from)
				d.stroke(n, x(i, steps), x(i, steps), from, to)
			} else {
				d.stroke(n, x(last, steps), x(i, steps), from, to)
			}
		}
		if steps <= 40 || last < 0 { // closer together they would be a band
			d.mark(n, percent(x(i, steps)), y(v, top))
		}
		last = i
	}
	d.add(`</g>`)
}

func (d *drawing) stroke(n int, x1, x2, y1, y2 float64) {
	d.add(`<line x1="%s" x2="%s" y1="%.1f" y2="%.1f" stroke-dasharray="%s"/>`, percent(x1), percent(x2), y1, y2, dashes[n])
}

// mark is full for every other line.
func (d *drawing) mark(n int, at string, y float64) {
	if n%2 == 0 {
		d.add(`<circle cx="%s" cy="%.1f" r="3.5" stroke="none"/>`, at, y)
		return
	}
	d.add(`<circle cx="%s" cy="%.1f" r="3.5" fill-opacity="0"/>`, at, y)
}

// labels writes the first, the last, and as many between as there is room for on a telephone.
func (d *drawing) labels(labels []string, y int) {
	n := len(labels)
	switch {
	case n == 1:
		d.text("50%", y, "middle", labels[0])
		return
	case n%2 == 1 && n > 2:
		d.text("50%", y, "middle", labels[n/2])
	}
	d.text("0", y, "start", labels[0])
	d.text("100%", y, "end", labels[n-1])
}

// key says which line is which.
func (d *drawing) key(n int, name string, y int) {
	d.add(`<g class="s%d" stroke="currentColor" fill="currentColor" stroke-width="2"><line x1="0" x2="28" y1="%d" y2="%d" stroke-dasharray="%s"/>`, n, y, y, dashes[n])
	d.mark(n, "14", float64(y))
	d.add(`</g>`)
	d.text("36", y+5, "start", name)
}
