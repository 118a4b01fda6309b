package console

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"ogpbot/internal/export"
	"ogpbot/internal/store"
	"ogpbot/internal/web"
)

// fileLinks lead to what a list shows, as files, with the same choice.
func (q *request) fileLinks(list export.List) (ls []link) {
	query := q.r.URL.Query()
	query.Del("after")
	for _, f := range []export.Format{export.CSV, export.XLSX} {
		name := string(list) + "-" + time.Now().In(q.lib.Place().Zone).Format(time.DateOnly) + "." + string(f)
		u := url.URL{Path: Path + "export/" + string(list) + "/" + name, RawQuery: query.Encode()}
		ls = append(ls, link{Href: u.String(), Label: q.Say("export.save", "format", strings.ToUpper(string(f)))})
	}
	return ls
}

// exportQuery is what a list shows with the choice that is in the address; each list has a right of its own.
func (q *request) exportQuery(list export.List) (e export.Query, err error) {
	e = export.Query{List: list, Scope: q.who.Account.Scope(), Language: q.lang}
	least := village
	switch list {
	case export.Feedback:
		e.Scope, e.Nameless = q.counted().Scope(), q.anonymised()
		_, e.Cases, err = q.caseChoice(e.Scope)
		least = observer
	case export.Conversations:
		var f conversationFilter
		f, err = q.conversationFilter()
		e.Village, e.Words, e.Since, e.Until = f.village, f.words, f.page.From, f.page.Until
	case export.Audit:
		var f auditFilter
		f, err = q.auditFilter()
		e.Fits, e.Since, e.Until = f.fits, f.page.From, f.page.Until
		least = owner
	case export.Questions:
		e.Waiting = true
	case export.Broadcasts:
		e.States = announcementStates[q.r.URL.Query().Get("state")]
	case export.Progress:
		least = observer
	case export.Accounts:
		least = owner
	default:
		return e, errNotFound
	}
	if !q.may(least) {
		return e, errForbidden
	}
	return e, err
}

// download gives a list as a file, row by row, and leaves a line in the trail.
func (q *request) download() error {
	list, format := export.List(q.r.PathValue("list")), export.Format(strings.TrimPrefix(path.Ext(q.r.PathValue("file")), "."))
	if format != export.CSV && format != export.XLSX && format != export.JSON {
		return errNotFound
	}
	e, err := q.exportQuery(list)
	if err != nil {
		return err
	}
	t, err := q.c.cfg.Export.Table(q.r.Context(), e)
	if err != nil {
		return err
	}
	err = q.c.cfg.Store.Update(q.r.Context(), func(tx store.Tx) error { return tx.Trail.Append(q.note("export", string(list)+"."+string(format))) })
	if err != nil {
		return err
	}
	q.written = true
	q.w.Header().Set("Content-Type", format.Type())
	q.w.Header().Set("Content-Disposition", `attachment; filename="`+string(list)+"-"+time.Now().In(q.lib.Place().Zone).Format(time.DateOnly)+"."+string(format)+`"`)
	if _, err := export.Write(web.Stream(q.w), format, t); err != nil {
		q.c.cfg.Logger.Error("console: an export broke off", "list", list, "error", err)
		panic(http.ErrAbortHandler) // the client must not take half a file for a whole one
	}
	return nil
}
