package channel

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// Fetcher is a Channel that can bring a file that a citizen sent.
type Fetcher interface {
	// Fetch returns the file that the platform calls ref (bot.Media.Ref), at most MaxFile bytes. It takes at most FetchTime.
	// Errors are ErrNoFile and ErrFileTooLarge, or of the network; none holds a token or an address.
	Fetch(ctx context.Context, ref string) ([]byte, error)
}

// Limits of Fetch.
const (
	MaxFile   = 20 << 20 // bytes (core.telegram.org/bots/api#getfile)
	FetchTime = 20 * time.Second
)

// Why a file cannot be had.
var (
	ErrNoFile       = errors.New("the platform does not have this file any more")
	ErrFileTooLarge = errors.New("the file is too large to be fetched")
	errNoAnswer     = errors.New("the platform did not give the file; try again shortly")
)

// Download gets what is at a URL, for channels that implement Fetcher. Its errors do not hold the URL, which may be a secret.
func Download(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, ErrNoFile
	}
	resp, err := client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errNoAnswer
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusForbidden, resp.StatusCode == http.StatusGone:
		return nil, ErrNoFile
	case resp.StatusCode != http.StatusOK:
		return nil, errNoAnswer
	case resp.ContentLength > MaxFile:
		return nil, ErrFileTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, MaxFile+1))
	switch {
	case err != nil:
		return nil, errNoAnswer
	case len(data) > MaxFile:
		return nil, ErrFileTooLarge
	}
	return data, nil
}
