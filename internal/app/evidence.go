package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/evidence"
	"ogpbot/internal/store"
)

// EvidenceQuery is what evidence is asked for, as the command line has it.
type EvidenceQuery struct {
	Since    string       // "2006-01-02"
	Language bot.Language // "": the first of the place
}

const evidencePath = "/evidence"

// Evidence writes a ZIP file into w and returns how many rows its tables have. After an error what was written is no whole file.
func (c *AdminClient) Evidence(ctx context.Context, q EvidenceQuery, w io.Writer) (rows int, err error) {
	if c.local != nil {
		return c.local.evidence(ctx, q, w)
	}
	return c.stream(ctx, evidencePath, q, w)
}

func (a *App) evidence(ctx context.Context, q EvidenceQuery, w io.Writer) (rows int, err error) {
	since, err := evidence.Day(q.Since)
	if err != nil {
		return 0, err
	}
	if err := a.store.Update(ctx, func(tx store.Tx) error {
		return tx.Trail.Append(bot.Audit{At: time.Now().UTC(), Login: commandLine, Act: "evidence", Object: since.String()})
	}); err != nil {
		return 0, fmt.Errorf("note that evidence was made: %w", err)
	}
	return evidence.New(evidence.Config{Store: a.store, Library: a.library, Numbers: a.numbers}).
		Write(ctx, w, evidence.Query{Since: since, Language: q.Language, Now: time.Now()})
}

func (a *App) serveEvidence(w http.ResponseWriter, r *http.Request) { serveStream(a, a.evidence, w, r) }
