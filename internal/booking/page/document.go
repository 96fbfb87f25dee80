/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Document is content that is served from memory, the same to everybody.
type Document struct {
	kind, tag     string
	plain, packed []byte
}

// fontKind is a media type that is compressed already.
const fontKind = "font/woff2"

// NewDocument returns a document of a media type.
func NewDocument(kind string, content []byte) (Document, error) {
	d := Document{kind: kind, tag: `"` + Digest(content) + `"`, plain: content, packed: content}
	if kind == fontKind {
		return d, nil
	}
	var err error
	d.packed, err = Compress(content, gzip.BestCompression)
	return d, err
}

// Content returns the document's content.
func (d Document) Content() []byte { return d.plain }

// Serve answers with the document, or with 304 if the client has it. The caller sets
// Cache-Control, and Vary if the answer depends on more than Accept-Encoding.
func (d Document) Serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("ETag", d.tag)
	header.Set("Content-Type", d.kind)
	if header.Get("Vary") == "" {
		header.Set("Vary", "Accept-Encoding")
	}
	if r.Header.Get("If-None-Match") == d.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	content := d.plain
	if AcceptsGzip(r) && len(d.packed) < len(d.plain) {
		content = d.packed
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // an error means that the client hung up
}

// Digest returns a short digest of a content, for file names and ETags.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// AcceptsGzip reports whether an answer may be compressed.
func AcceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

// Compress returns a text as gzip.
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
