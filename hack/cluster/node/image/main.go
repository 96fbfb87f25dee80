// Command image puts one static program into an image, so that images can be
// made where no registry can be reached.
//
//	image docker.io/mezzanotte/pause:1 pause.tar ./pause
//
// The program is the image's entrypoint and lies at its root under its own name.
package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("give the image's name, the file to write and the program")
	}
	reference, err := name.NewTag(args[0])
	if err != nil {
		return err
	}
	image, err := with(args[2])
	if err != nil {
		return err
	}
	return tarball.WriteToFile(args[1], reference, image)
}

// with returns an image of one program. Its content does not depend on the time.
func with(program string) (v1.Image, error) {
	layer, err := layerOf(program)
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	config := &v1.ConfigFile{
		OS: runtime.GOOS, Architecture: runtime.GOARCH,
		Config: v1.Config{Entrypoint: []string{"/" + filepath.Base(program)}, User: "65532:65532"},
	}
	described, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config.RootFS, config.History = described.RootFS, described.History
	return mutate.ConfigFile(image, config)
}

func layerOf(program string) (v1.Layer, error) {
	content, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	archive := tar.NewWriter(&packed)
	header := &tar.Header{Name: filepath.Base(program), Mode: 0o755, Size: int64(len(content)), ModTime: time.Unix(0, 0)}
	if err := archive.WriteHeader(header); err != nil {
		return nil, err
	}
	if _, err := archive.Write(content); err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil })
}
