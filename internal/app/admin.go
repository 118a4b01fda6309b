package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/config"
	"ogpbot/internal/store"
)

// Administrative commands go to the program that runs, over a socket in the data folder, because only one process can have
// the database. It is HTTP and JSON: net/http brings time limits, a size limit, one error apart from another and an orderly
// stop, all of which net/rpc leaves to its user.

const (
	adminSocket   = "ogpbot.sock" // in the data folder
	adminTime     = 10 * time.Second
	adminBody     = 8 << 20  // bytes of a request: all answers of a large folder
	adminReply    = 32 << 20 // bytes: some thousand steps of progress with all their words
	adminHeader   = 4 << 10
	adminStopTime = 5 * time.Second
)

// serveAdmin takes administrative commands until ctx ends. The socket being impossible is no reason to leave citizens alone.
func (a *App) serveAdmin(ctx context.Context) error {
	path := filepath.Join(a.cfg.Data, adminSocket)
	l, err := listenPrivately(path)
	if err != nil {
		a.log.Error("administrative commands cannot reach this program while it runs: make sure that the data folder allows a socket and that its path is short", "error", err)
		return nil
	}
	defer os.Remove(path)
	on, mux := a.operations(), http.NewServeMux()
	staffAdd.handle(mux, on)
	staffCode.handle(mux, on)
	staffList.handle(mux, on)
	staffBar.handle(mux, on)
	staffDisable.handle(mux, on)
	staffEnable.handle(mux, on)
	progressSet.handle(mux, on)
	progressList.handle(mux, on)
	digestPreview.handle(mux, on)
	digestPost.handle(mux, on)
	questionsList.handle(mux, on)
	questionDraft.handle(mux, on)
	doctorExamine.handle(mux, on)
	mux.HandleFunc("POST "+exportPath, a.serveExport)
	mux.HandleFunc("POST "+evidencePath, a.serveEvidence)
	contentLive.handle(mux, on)
	contentImport.handle(mux, on)
	mux.HandleFunc("POST "+snapshotPath, a.serveSnapshot)
	server := &http.Server{
		Handler:           http.MaxBytesHandler(mux, adminBody),
		ReadHeaderTimeout: adminTime,
		ReadTimeout:       adminTime,
		WriteTimeout:      2 * adminTime,
		IdleTimeout:       adminTime,
		MaxHeaderBytes:    adminHeader,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		a.log.Error("administrative commands cannot reach this program any more: start it again", "error", err)
		return nil
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), adminStopTime)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		_ = server.Close() // of connections: nothing can be done about an error
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		a.log.Warn("the socket for administrative commands ended in disorder", "error", err)
	}
	return nil
}

// listenPrivately makes a socket that only this user can use. One that an earlier process left is replaced.
func listenPrivately(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("%s is not a socket: move it elsewhere", path)
	}
	// It gets its mode where nobody else can look, and then its name.
	private, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(private)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: filepath.Join(private, "s")})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	made := l.Addr().String()
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, path)); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// handle answers o on the socket: with what it gives, or with a bot.Refusal. A fault of ours is as final for whoever asked.
func (o operation[In, Out]) handle(mux *http.ServeMux, on operations) {
	mux.HandleFunc("POST /"+o.name, func(w http.ResponseWriter, r *http.Request) {
		var in In
		d := json.NewDecoder(r.Body)
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err != nil {
			status := http.StatusBadRequest
			if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
				status = http.StatusRequestEntityTooLarge
			}
			http.Error(w, http.StatusText(status), status)
			return
		}
		on.app.log.Info("an administrative command", "command", o.name)
		var reply any
		var err error
		if reply, err = o.run(r.Context(), on, in); err != nil {
			refusal, _ := errors.AsType[bot.Refusal](err)
			reply = bot.Refusal{Sentence: err.Error(), Wrong: refusal.Wrong}
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
		_ = json.NewEncoder(w).Encode(reply) // whoever asked is gone if this fails
	})
}

// AdminClient does what administrative commands do, over the socket of the program that runs, or else with the database
// opened for the occasion. It is safe for concurrent use.
type AdminClient struct {
	remote *http.Client
	local  *App // nil with remote
}

// Admin makes an AdminClient of the data folder. Close must follow.
func Admin(cfg config.Config, log *slog.Logger) (*AdminClient, error) {
	cfg.TelegramToken, cfg.MessengerToken = "", "" // nothing is sent from here
	return admin(cfg, log)
}

func admin(cfg config.Config, log *slog.Logger) (*AdminClient, error) {
	if c, err := adminOverSocket(cfg.Data); c != nil || err != nil {
		return c, err
	}
	a, err := New(cfg, log)
	if errors.Is(err, store.ErrLocked) { // a program that has just started opens its socket after the database
		if c, err := adminOverSocket(cfg.Data); c != nil || err != nil {
			return c, err
		}
	}
	if err != nil {
		return nil, err
	}
	return &AdminClient{local: a}, nil
}

// adminOverSocket gives nil if no program answers there.
func adminOverSocket(data string) (*AdminClient, error) {
	path := filepath.Join(data, adminSocket)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: adminTime}).DialContext(ctx, "unix", path)
	}
	conn, err := dial(context.Background(), "", "")
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("the socket %s belongs to another user: run this as the user that runs ogpbot", path)
	case err != nil:
		return nil, nil //nolint:nilerr // nobody listens, whatever the cause: then the database is free, or opening it says why not
	}
	_ = conn.Close() // it only had to be opened
	return &AdminClient{remote: &http.Client{
		Timeout:   2 * adminTime,
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
	}}, nil
}

// Close lets go of the database.
func (c *AdminClient) Close() error {
	if c.local == nil {
		return nil
	}
	return c.local.Close()
}

// AddStaff keeps an account and gives the code that links it.
func (c *AdminClient) AddStaff(ctx context.Context, a bot.Account) (code string, err error) {
	return ask(ctx, c, staffAdd, a)
}

// StaffCode gives another code for an account.
func (c *AdminClient) StaffCode(ctx context.Context, login string) (code string, err error) {
	return ask(ctx, c, staffCode, login)
}

// Staff lists the accounts by login.
func (c *AdminClient) Staff(ctx context.Context) ([]bot.Account, error) {
	return ask(ctx, c, staffList, nothing{})
}

// Bar blocks whoever filed a case, or takes that back.
func (c *AdminClient) Bar(ctx context.Context, in Barring) error {
	_, err := ask(ctx, c, staffBar, in)
	return err
}

// DisableStaff takes everything from an account that it may do.
func (c *AdminClient) DisableStaff(ctx context.Context, login string) error {
	_, err := ask(ctx, c, staffDisable, login)
	return err
}

// EnableStaff takes DisableStaff back.
func (c *AdminClient) EnableStaff(ctx context.Context, login string) error {
	_, err := ask(ctx, c, staffEnable, login)
	return err
}

// SetProgress keeps a step of a commitment or a milestone.
func (c *AdminClient) SetProgress(ctx context.Context, step ProgressStep) (bot.Change, error) {
	return ask(ctx, c, progressSet, step)
}

// Progress gives the history of a commitment, or of all for "".
func (c *AdminClient) Progress(ctx context.Context, commitment string) (ProgressHistory, error) {
	return ask(ctx, c, progressList, commitment)
}

// PreviewDigest gives a digest as it would be sent now.
func (c *AdminClient) PreviewDigest(ctx context.Context, q DigestQuery) (DigestPreview, error) {
	return ask(ctx, c, digestPreview, q)
}

// PostDigest posts a digest on the municipality's public page.
func (c *AdminClient) PostDigest(ctx context.Context, in DigestPost) error {
	_, err := ask(ctx, c, digestPost, in)
	return err
}

// Questions lists what the bot could not answer, the newest first.
func (c *AdminClient) Questions(ctx context.Context) ([]QuestionLine, error) {
	return ask(ctx, c, questionsList, nothing{})
}

// DraftQuestion gives a question as an entry for a file of answers.
func (c *AdminClient) DraftQuestion(ctx context.Context, id string) (string, error) {
	return ask(ctx, c, questionDraft, id)
}

// Contents gives what is published over the content folder, by the ID of the entry.
func (c *AdminClient) Contents(ctx context.Context) ([]bot.Edit, error) {
	return ask(ctx, c, contentLive, nothing{})
}

// ImportContents publishes entries, and says how many were not told as they are.
func (c *AdminClient) ImportContents(ctx context.Context, in ContentImport) (int, error) {
	return ask(ctx, c, contentImport, in)
}

var (
	errOtherVersion = errors.New("the ogpbot that runs is of another version: start it again, or use the same program as it")
	errTooLong      = bot.Refusal{Sentence: "this is too long: shorten it", Wrong: true}
	errNoReply      = errors.New("the ogpbot that runs did not answer: look into its log, and whether what you wanted was done")
)

// ask has o done, here or by the program that runs.
func ask[In, Out any](ctx context.Context, c *AdminClient, o operation[In, Out], in In) (out Out, err error) {
	if c.local != nil {
		return o.run(ctx, c.local.operations(), in)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return out, fmt.Errorf("encode what is asked for: %w", err)
	}
	if len(body) > adminBody {
		return out, errTooLong
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://ogpbot/"+o.name, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	reply, err := c.remote.Do(r)
	if err != nil {
		return out, errNoReply
	}
	defer reply.Body.Close()
	d := json.NewDecoder(io.LimitReader(reply.Body, adminReply))
	switch reply.StatusCode {
	case http.StatusOK:
		if err := d.Decode(&out); err != nil {
			return out, errNoReply
		}
		return out, nil
	case http.StatusUnprocessableEntity:
		var refusal bot.Refusal
		if err := d.Decode(&refusal); err != nil || refusal.Sentence == "" {
			return out, errNoReply
		}
		return out, refusal
	case http.StatusRequestEntityTooLarge:
		return out, errTooLong
	}
	return out, errOtherVersion
}

func checkLanguage(place bot.Place, lang bot.Language) error {
	if !slices.Contains(place.Languages, lang) {
		return bot.Refusal{Sentence: ErrLanguage.Error(), Wrong: true}
	}
	return nil
}
