/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

//go:embed files
var ownFiles embed.FS

//go:embed all:theme
var themeFiles embed.FS

// Theme is the style on which our own builds, if it is there: Bootstrap Italia, which make
// fetches into theme/ before it compiles. Everything works without it.
const Theme = "bootstrap-italia.min.css"

// static is the path of files. Their names contain a digest of the content, so browsers may
// keep them forever.
const static = "/static/"

// Files serves styles, scripts, images and fonts.
type Files struct {
	byPath map[string]Document
	paths  map[string]string // by name
	theme  string            // address of the theme; "" if there is none
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": fontKind,
}

// NewFiles reads the files of all channels, more of one channel, and a theme (nil: the
// embedded one). A theme's fonts stay where its style looks for them.
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
	out := &Files{byPath: map[string]Document{}, paths: map[string]string{}}
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

// add reads the files of a folder, except those of unknown kinds.
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
		address := static + folder + name
		if folder == "" {
			ext := path.Ext(name)
			address = static + strings.TrimSuffix(name, ext) + "." + Digest(content) + ext
			f.paths[name] = address
		}
		f.byPath[address], err = NewDocument(kind, content)
		return err
	})
}

// Serve answers a request for a file. It returns false for any other request.
func (f *Files) Serve(w http.ResponseWriter, r *http.Request) bool {
	if !strings.HasPrefix(r.URL.Path, static) {
		return false
	}
	found, ok := f.byPath[r.URL.Path]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return true
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	found.Serve(w, r)
	return true
}

// Path returns the address of a file by its name; "" if there is none.
func (f *Files) Path(name string) string { return f.paths[name] }

// Addresses returns the addresses of all files, in order.
func (f *Files) Addresses() []string { return slices.Sorted(maps.Keys(f.byPath)) }

// Put adds a file. Its path must contain a digest of the content, because browsers keep the
// file forever.
func (f *Files) Put(path, kind string, content []byte) (address string, err error) {
	address = static + path
	f.byPath[address], err = NewDocument(kind, content)
	return address, err
}
