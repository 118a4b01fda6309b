package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// wellFormed reads an SVG to its end, and counts its elements.
func wellFormed(t *testing.T, f Figure) map[string]int {
	t.Helper()
	count := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(string(f.SVG)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", f.Title, err, f.SVG)
		}
		if start, ok := token.(xml.StartElement); ok {
			count[start.Name.Local]++
			for _, a := range start.Attr {
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("%s has the attribute %s, which the page's policy forbids", f.Title, a.Name.Local)
				}
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s has %s=%q", f.Title, a.Name.Local, a.Value)
				}
			}
		}
	}
}

func TestBars(t *testing.T) {
	f := Bars(`Reach <script> & "more"`, "Village", "People", 0, []Bar{{Label: "მთა", Value: 40}, {Label: "<b>", Value: 10}, {Label: "c", Value: math.NaN(), Text: "fewer than 5"}, {Label: "d"}})
	if n := wellFormed(t, f); n["script"]+n["b"] > 0 || n["title"] != 1 || n["rect"] != 4+2 {
		t.Errorf("the drawing has %v", n)
	}
	for _, want := range []string{`width="100%" height="12"`, `width="25%"`, "fewer than 5", "&lt;b&gt;", "მთა"} {
		if !strings.Contains(string(f.SVG), want) {
			t.Errorf("the drawing has no %q:\n%s", want, f.SVG)
		}
	}
	if len(f.Rows) != 4 || f.Rows[2][1] != "fewer than 5" || f.Rows[3][1] != "0" || f.Head[1] != "People" {
		t.Errorf("the table is %v %v", f.Head, f.Rows)
	}
	if f := Bars("score", "a", "b", 5, []Bar{{Label: "c", Value: 2}}); !strings.Contains(string(f.SVG), `width="40%"`) {
		t.Errorf("two of five is drawn as %s", f.SVG)
	}
	if empty := Bars("none", "a", "b", 0, nil); empty.SVG != "" {
		t.Errorf("nothing was drawn as %s", empty.SVG)
	}
}

func TestLines(t *testing.T) {
	gap := math.NaN()
	f := Lines("t", "month", []string{"1", "2", "3", "4"}, 0, []Series{{Name: "a", Values: []float64{0, 7, gap, 3}}, {Name: "b & c", Values: []float64{1, 2}, Step: true}})
	n := wellFormed(t, f)
	if n["circle"] != 3+2+2 || n["line"] != 5+1+2+2 { // points and legend; grid, one slope, one step, legend
		t.Errorf("the drawing has %v", n)
	}
	if got := f.Rows[2]; got[1] != "–" || got[2] != "–" || f.Rows[1][1] != "7" {
		t.Errorf("the table is %v", f.Rows)
	}
	for _, labels := range [][]string{nil, {"only"}, strings.Fields(strings.Repeat("d ", 400))} {
		values := make([]float64, len(labels))
		for i := range values {
			values[i] = 1e9 * float64(i)
		}
		wellFormed(t, Lines("t", "day", labels, 0, []Series{{Name: "a", Values: values}}))
	}
	many := make([]Series, MaxSeries+3)
	if f := Lines("t", "day", []string{"1"}, 100, many); len(f.Head) != 1+len(many) || strings.Contains(string(f.SVG), `"s6"`) {
		t.Errorf("too many lines are drawn, or too few told: %v", f.Head)
	}
}

func TestScale(t *testing.T) {
	for most, want := range map[float64]float64{0: 4, 4: 4, 5: 8, 9: 20, 21: 40, 41: 80, 81: 200, 201: 400, math.Inf(1): 4} {
		if got := scale([]Series{{Values: []float64{most}}}, 1); got != want {
			t.Errorf("up to %v the scale ends at %v, want %v", most, got, want)
		}
	}
}
