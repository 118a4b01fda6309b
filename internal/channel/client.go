package channel

import (
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// NewClient returns base, or a client that suits if base is nil, that follows no redirect: the next host would get the
// message, and in the Referer or in the request the token.
func NewClient(base *http.Client) *http.Client {
	if base == nil {
		base = &http.Client{Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 128,
			IdleConnTimeout:     90 * time.Second,
		}}
	}
	client := *base
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// Do is client.Do. With an error, unsent tells whether the request surely did not leave: its context had ended before, or
// there was no connection to send it over, because a name was not found, nobody listened or TLS failed.
func Do(client *http.Client, r *http.Request) (resp *http.Response, unsent bool, err error) {
	if err := r.Context().Err(); err != nil {
		return nil, true, err
	}
	// An error says too little: dialing, TLS and proxies have many. The transport itself knows whether it had a connection.
	// One without these hooks asks for none. A second attempt means that the first wrote nothing.
	var wanting atomic.Bool
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { wanting.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { wanting.Store(false) },
	}
	resp, err = client.Do(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	return resp, err != nil && wanting.Load(), err
}

// IsWebURL tells whether s is an http or https address with a host and without a user.
func IsWebURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
