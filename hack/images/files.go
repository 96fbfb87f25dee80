/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// user exists on no node. It is a number: only then can a kubelet verify that it is not
// root.
const user = "65532:65532"

const passwd = `root:x:0:0:root:/:/sbin/nologin
nonroot:x:65532:65532:nonroot:/:/sbin/nologin
`

// file is a file of a layer, or a directory where its name ends with a slash.
type file struct {
	name    string
	mode    int64
	content []byte
}

// surroundings returns all files of an image but its program.
func surroundings(certificates []byte) []file {
	return []file{
		{"etc/", 0o755, nil},
		{"etc/passwd", 0o644, []byte(passwd)},
		{"etc/ssl/", 0o755, nil},
		{"etc/ssl/certs/", 0o755, nil},
		{"etc/ssl/certs/ca-certificates.crt", 0o644, certificates},
		{"tmp/", 0o1777, nil},
	}
}

// layer makes a layer of files, in order. All belong to root, so the program cannot change
// them, and have the first second of 1970 as their time, so the same files give the same
// layer in every version.
func layer(files ...file) (v1.Layer, error) {
	var unpacked bytes.Buffer
	if err := pack(&unpacked, files...); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(unpacked.Bytes())), nil }
	return tarball.LayerFromOpener(open,
		tarball.WithMediaType(types.OCILayer),
		tarball.WithCompressionLevel(gzip.DefaultCompression),
		tarball.WithCompressedCaching)
}

func pack(w io.Writer, files ...file) error {
	packed := tar.NewWriter(w)
	for _, f := range files {
		header := tar.Header{
			Typeflag: tar.TypeReg, Name: f.name, Mode: f.mode, Size: int64(len(f.content)),
			ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
		}
		if strings.HasSuffix(f.name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := packed.WriteHeader(&header); err != nil {
			return err
		}
		if _, err := packed.Write(f.content); err != nil {
			return err
		}
	}
	return packed.Close()
}

// packTree packs a directory with its contents, by name, and appends more files.
func packTree(w io.Writer, tree fs.FS, more ...file) error {
	var files []file
	err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || path == ".":
			return err
		case entry.IsDir():
			files = append(files, file{path + "/", 0o755, nil})
			return nil
		}
		content, err := fs.ReadFile(tree, path)
		files = append(files, file{path, 0o644, content})
		return err
	})
	if err != nil {
		return err
	}
	return pack(w, append(files, more...)...)
}
