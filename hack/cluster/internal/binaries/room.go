package binaries

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const (
	gigabyte = 1 << 30
	// Roughly what a first build of v1.37.2 takes, on the generous side.
	roomToCompile  = 3 * gigabyte
	roomForModules = 2 * gigabyte
	roomForBinary  = gigabyte / 2
)

// checkRoom fails early if a disk is too full, rather than after ten minutes.
func checkRoom(ctx context.Context, source, target string) error {
	compile, err := goEnv(ctx, source, "GOCACHE")
	if err != nil {
		return err
	}
	modules, err := goEnv(ctx, source, "GOMODCACHE")
	if err != nil {
		return err
	}
	needs := []need{
		{compile, roomToCompile, "the compiler's cache"},
		{modules, roomForModules, "the modules"},
		{target, roomForBinary, "the programs"},
	}
	for _, n := range needs {
		if err := n.check(); err != nil {
			return err
		}
	}
	return nil
}

type need struct {
	dir   string
	bytes uint64
	what  string
}

func (n need) check() error {
	free, known := freeBytes(n.dir)
	if known && free < n.bytes {
		return fmt.Errorf("building Kubernetes needs %.1f GB for %s, but the disk of %s has %.1f GB free",
			float64(n.bytes)/gigabyte, n.what, n.dir, float64(free)/gigabyte)
	}
	return nil
}

// freeBytes looks at the nearest folder that exists: caches appear on first use.
func freeBytes(dir string) (uint64, bool) {
	for !exists(dir) && filepath.Dir(dir) != dir {
		dir = filepath.Dir(dir)
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return 0, false
	}
	return disk.Bavail * uint64(disk.Bsize), true
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
