/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed files
var ownFiles embed.FS

//go:embed all:theme
var themeFiles embed.FS

// Theme is the style that is used above our own, where it is there: Bootstrap Italia,
// which make fetches into theme/ before it compiles. Everything works without it.
const Theme = "bootstrap-italia.min.css"

// static is where files are served. Their names hold a digest of what they say, so
// that whoever has one need never ask again.
const static = "/static/"

// file is served as it is.
type file struct {
	kind           string
	plain, squeeze []byte // squeeze: compressed
	tag            string
}

// Files of our own, by their address.
type Files struct {
	byPath map[string]file
	paths  map[string]string // by name
	theme  string            // address of the theme; "" where there is none
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": fontKind,
}

const fontKind = "font/woff2"

// NewFiles reads our own files, some more of a channel, and a theme (nil: the embedded one). A theme's own fonts stay where its style looks for them.
func NewFiles(theme fs.FS, more ...fs.FS) (*Files, error) {
	if theme == nil {
		var err error
		if theme, err = fs.Sub(themeFiles, "theme"); err != nil {
			return nil, err
		}
	}
	own, err := fs.Sub(ownFiles, "files")
	if err != nil {
		return nil, err
	}
	out := &Files{byPath: map[string]file{}, paths: map[string]string{}}
	for _, folder := range append([]fs.FS{own}, more...) {
		if err := out.add(folder, ""); err != nil {
			return nil, err
		}
	}
	style, err := fs.ReadFile(theme, Theme)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return out, nil
	case err != nil:
		return nil, fmt.Errorf("read the theme: %w", err)
	}
	folder := "theme-" + Digest(style) + "/"
	if err := out.add(theme, folder); err != nil {
		return nil, err
	}
	out.theme = static + folder + Theme
	return out, nil
}

// add reads the files of a folder; those of no kind that is served are left out.
func (f *Files) add(from fs.FS, folder string) error {
	return fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		kind := kinds[path.Ext(name)]
		if err != nil || entry.IsDir() || kind == "" {
			return err
		}
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		squeeze := content
		if kind != fontKind { // a font is compressed
			if squeeze, err = Compress(content, gzip.BestCompression); err != nil {
				return err
			}
		}
		address := static + folder + name
		if folder == "" {
			ext := path.Ext(name)
			address = static + strings.TrimSuffix(name, ext) + "." + Digest(content) + ext
			f.paths[name] = address
		}
		f.byPath[address] = file{kind: kind, plain: content, squeeze: squeeze, tag: `"` + Digest(content) + `"`}
		return nil
	})
}

// Digest of a content, as names of files have it.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// Serve answers with a file, if one is asked for.
func (f *Files) Serve(w http.ResponseWriter, r *http.Request) bool {
	if !strings.HasPrefix(r.URL.Path, static) {
		return false
	}
	found, ok := f.byPath[r.URL.Path]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return true
	}
	header := w.Header()
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Vary", "Accept-Encoding")
	header.Set("ETag", found.tag)
	header.Set("Content-Type", found.kind)
	if r.Header.Get("If-None-Match") == found.tag {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	content := found.plain
	if AcceptsGzip(r) && len(found.squeeze) < len(found.plain) {
		content = found.squeeze
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // whoever hung up is not told
	return true
}

// Path returns the address of a file of our own by its name; "" where there is none.
func (f *Files) Path(name string) string { return f.paths[name] }

// Addresses returns those of all files, in order.
func (f *Files) Addresses() []string { return slices.Sorted(maps.Keys(f.byPath)) }

// Put adds a file. Its path must hold a digest of what it says: anybody may keep it.
func (f *Files) Put(path, kind string, content []byte) (address string, err error) {
	squeeze, err := Compress(content, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	address = static + path
	f.byPath[address] = file{kind: kind, plain: content, squeeze: squeeze, tag: `"` + Digest(content) + `"`}
	return address, nil
}

// AcceptsGzip reports whether an answer may be compressed.
func AcceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

// Compress compresses.
func Compress(text []byte, level int) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		return nil, fmt.Errorf("compress a page: %w", err)
	}
	_, _ = w.Write(text) // a buffer takes everything
	_ = w.Close()
	return out.Bytes(), nil
}
