package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"ogpbot/bot"
)

// Format is what kind of file is written.
type Format string

// The formats.
const (
	CSV  Format = "csv"  // UTF-8 with a mark at its beginning, without which spreadsheets take Georgian for something else
	XLSX Format = "xlsx" // a workbook of one sheet
	JSON Format = "json" // a list of objects, times in UTC
)

// Type is its media type.
func (f Format) Type() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "application/json"
}

const (
	maxRows  = 1_048_576 - 1 // of a sheet, without its head (support.microsoft.com: Excel specifications and limits)
	maxCell  = 32_767        // characters of a cell, there too
	timeForm = time.DateTime
)

// errRows is said of a list that a workbook cannot hold.
var errRows = bot.Refusal{Sentence: "a workbook holds 1,048,575 rows and this list has more: choose a later first day, or csv", Wrong: true}

// Write writes t as f and returns how many rows it wrote. CSV and JSON are written row by row, a workbook at the end (until
// then it is in a temporary file if it is large). After an error what was written is no whole file.
func Write(w io.Writer, f Format, t Table) (rows int, err error) {
	switch f {
	case CSV:
		return writeCSV(w, t)
	case XLSX:
		return writeXLSX(w, t)
	case JSON:
		return writeJSON(w, t)
	}
	return 0, bot.RefuseWrong("%q is no format: write csv, xlsx or json", f)
}

// WriteRows writes a table of text, with its head, as CSV.
func WriteRows(w io.Writer, rows [][]string) error {
	out, err := newCSV(w)
	if err != nil {
		return err
	}
	for _, row := range rows {
		fields := make([]string, len(row))
		for i, s := range row {
			fields[i] = Plain(s)
		}
		if err := out.Write(fields); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func newCSV(w io.Writer) (*csv.Writer, error) {
	_, err := io.WriteString(w, "\ufeff")
	return csv.NewWriter(w), err
}

func writeCSV(w io.Writer, t Table) (rows int, err error) {
	out, err := newCSV(w)
	if err != nil {
		return 0, err
	}
	var head []string
	for _, c := range t.Columns {
		head = append(head, c.Head)
	}
	if err := out.Write(head); err != nil {
		return 0, err
	}
	for row, err := range t.Rows {
		if err != nil {
			return rows, err
		}
		fields := make([]string, len(row))
		for i, v := range row {
			fields[i] = words(v)
		}
		if err := out.Write(fields); err != nil {
			return rows, err
		}
		rows++
	}
	out.Flush()
	return rows, out.Error()
}

// words is a value as text for a spreadsheet, which must not take it for a formula (owasp.org: CSV Injection).
func words(v any) string {
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v)
	case bool:
		if v {
			return "1"
		}
		return "0"
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.Format(timeForm)
	}
	return Plain(text(v))
}

// Plain keeps a spreadsheet from taking s for a formula.
func Plain(s string) string {
	if first := strings.TrimLeft(s, " \u00a0"); first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(first)[0]) {
		return "'" + s
	}
	return s
}

// text is a value that is words.
func text(v any) string {
	switch v := v.(type) {
	case Label:
		return v.Words
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// writeXLSX keeps text as text, so that no cell is a formula whatever it begins with.
func writeXLSX(w io.Writer, t Table) (rows int, err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	const sheet = "Sheet1"
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return 0, fmt.Errorf("export: style of a workbook: %w", err)
	}
	form := "yyyy-mm-dd hh:mm"
	date, err := book.NewStyle(&excelize.Style{CustomNumFmt: &form})
	if err != nil {
		return 0, fmt.Errorf("export: style of a workbook: %w", err)
	}
	out, err := book.NewStreamWriter(sheet)
	if err != nil {
		return 0, fmt.Errorf("export: begin a workbook: %w", err)
	}
	head := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = excelize.Cell{StyleID: bold, Value: c.Head}
		if err := out.SetColWidth(i+1, i+1, c.width()); err != nil {
			return 0, fmt.Errorf("export: begin a workbook: %w", err)
		}
	}
	freeze := excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := errors.Join(out.SetPanes(&freeze), out.SetRow("A1", head)); err != nil {
		return 0, fmt.Errorf("export: begin a workbook: %w", err)
	}
	for row, err := range t.Rows {
		if err != nil {
			return rows, err
		}
		if rows == maxRows {
			return rows, errRows
		}
		rows++
		if err := out.SetRow("A"+strconv.Itoa(rows+1), cells(row, date)); err != nil {
			return rows, fmt.Errorf("export: a row of a workbook: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return rows, fmt.Errorf("export: end a workbook: %w", err)
	}
	if err := book.Write(w); err != nil {
		return rows, fmt.Errorf("export: write a workbook: %w", err)
	}
	return rows, nil
}

func cells(row []any, date int) []any {
	out := make([]any, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case int, bool:
			out[i] = v
		case time.Time:
			if !v.IsZero() {
				out[i] = excelize.Cell{StyleID: date, Value: v}
			}
		default:
			out[i] = clip(text(v))
		}
	}
	return out
}

// clip shortens s to what a cell holds, and says that it did.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= maxCell {
		return s
	}
	return string([]rune(s)[:maxCell-1]) + "…"
}

func writeJSON(w io.Writer, t Table) (rows int, err error) {
	out := bufio.NewWriter(w)
	for row, err := range t.Rows {
		if err != nil {
			return rows, err
		}
		object := make(map[string]any, len(row))
		for i, v := range row {
			object[t.Columns[i].Key] = value(v)
		}
		line, err := json.Marshal(object)
		if err != nil {
			return rows, fmt.Errorf("export: a row: %w", err)
		}
		before := ",\n"
		if rows == 0 {
			before = "[\n"
		}
		if _, err := out.WriteString(before + string(line)); err != nil {
			return rows, err
		}
		rows++
	}
	end := "\n]\n"
	if rows == 0 {
		end = "[]\n"
	}
	if _, err := out.WriteString(end); err != nil {
		return rows, err
	}
	return rows, out.Flush()
}

// value is what a program reads.
func value(v any) any {
	switch v := v.(type) {
	case Label:
		return v.Code
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return v.UTC().Format(time.RFC3339)
	}
	return v
}
