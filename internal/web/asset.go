package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"strconv"
	"time"
)

const (
	assetAge   = time.Hour            // of an address without the version
	versionAge = 365 * 24 * time.Hour // of one with it
)

// Asset is a file that a page loads. Its address ends in ?v= and the version, which changes with its content, so it may be kept for
// ever.
type Asset struct{ Body, Version, Type string }

// NewAsset makes one.
func NewAsset(body, contentType string) Asset {
	sum := sha256.Sum256([]byte(body))
	return Asset{body, hex.EncodeToString(sum[:6]), contentType}
}

// Assets are files by name.
type Assets map[string]Asset

// LoadAssets reads files; types names them and their media types.
func LoadAssets(files fs.FS, types map[string]string) (Assets, error) {
	all := Assets{}
	for name, contentType := range types {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		all[name] = NewAsset(string(body), contentType)
	}
	return all, nil
}

// ServeHTTP gives the file that the route's {asset} names.
func (all Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := all[r.PathValue("asset")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	a.ServeHTTP(w, r)
}

// ServeHTTP gives the file.
func (a Asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	age := assetAge
	if r.URL.Query().Get("v") == a.Version {
		age = versionAge
	}
	w.Header().Set("Content-Type", a.Type)
	w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(int(age/time.Second)))
	_, _ = w.Write([]byte(a.Body)) // a client that went away loads it again
}
