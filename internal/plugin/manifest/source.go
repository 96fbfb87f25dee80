/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package manifest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

const (
	// largest file in bytes: far more than any cluster declares.
	largest       = 64 << 20
	standardInput = "standard input"
)

// file is the content of one path.
type file struct {
	name    string
	content []byte
}

// document is one YAML or JSON document, as JSON.
type document struct {
	file string
	// number counts the documents of a file from 1.
	number int
	json   []byte
	// wrong is the reason why the document is not valid YAML or JSON.
	wrong error
}

// Source names the files to read.
type Source struct {
	// Paths of files and directories; "-" is Stdin.
	Paths []string
	Stdin io.Reader
	// Namespace of the objects that name none; "" means default.
	Namespace string
}

// String lists the paths for a message.
func (s Source) String() string {
	var names []string
	for _, path := range s.Paths {
		if path == "-" {
			path = standardInput
		}
		names = append(names, path)
	}
	return strings.Join(names, ", ")
}

// files reads every file once. The files of a directory and of its subdirectories come in
// the order of their names.
func (s Source) files() ([]file, error) {
	var all []file
	for _, path := range s.Paths {
		names := []string{path}
		if info, err := os.Stat(path); path != "-" && err != nil {
			return nil, err
		} else if path != "-" && info.IsDir() {
			if names, err = manifestsBelow(path); err != nil {
				return nil, err
			}
		}
		for _, name := range names {
			if slices.ContainsFunc(all, func(f file) bool { return f.name == filepath.Clean(name) }) {
				continue
			}
			content, err := s.read(name)
			if err != nil {
				return nil, err
			}
			all = append(all, content)
		}
	}
	return all, nil
}

func (s Source) read(name string) (file, error) {
	if name == "-" {
		content, err := readAll(s.Stdin)
		if err != nil {
			err = fmt.Errorf("read %s: %w", standardInput, err)
		}
		return file{name: standardInput, content: content}, err
	}
	content, err := readFile(name)
	return file{name: filepath.Clean(name), content: content}, err
}

// manifestsBelow lists the YAML and JSON files of a directory and its subdirectories,
// without hidden files and kustomize's own.
func manifestsBelow(directory string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != directory && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case isManifest(entry):
			names = append(names, path)
		}
		return nil
	})
	return names, err
}

func isManifest(entry fs.DirEntry) bool {
	extension := filepath.Ext(entry.Name())
	return !entry.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, extension) &&
		strings.TrimSuffix(entry.Name(), extension) != "kustomization"
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	content, err := readAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return content, nil
}

func readAll(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, largest+1))
	if err == nil && len(content) > largest {
		return nil, fmt.Errorf("more than %d MiB: give the manifests in several files", largest>>20)
	}
	return content, err
}

// documents splits a file. Empty documents do not count.
func documents(f file) []document {
	var all []document
	add := func(content []byte, err error) {
		content = bytes.TrimSpace(content)
		if err == nil && (len(content) == 0 || string(content) == "null") {
			return
		}
		all = append(all, document{file: f.name, number: len(all) + 1, json: content, wrong: err})
	}
	if yaml.IsJSONBuffer(f.content) {
		eachJSON(f.content, add)
	} else {
		eachYAML(f.content, add)
	}
	return all
}

func eachJSON(content []byte, add func([]byte, error)) {
	for decoder := json.NewDecoder(bytes.NewReader(content)); ; {
		var one json.RawMessage
		switch err := decoder.Decode(&one); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			add(nil, fmt.Errorf("not JSON: %w", err))
			return
		}
		add(one, nil)
	}
}

func eachYAML(content []byte, add func([]byte, error)) {
	for reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content))); ; {
		one, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			add(nil, fmt.Errorf("not YAML: %w", err))
			return
		}
		converted, err := sigsyaml.YAMLToJSONStrict(one)
		if err != nil {
			err = fmt.Errorf("not YAML: %s", strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  "))
		}
		add(converted, err)
	}
}
