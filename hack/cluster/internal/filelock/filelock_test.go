package filelock

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var out strings.Builder
	release, err := Take(context.Background(), path, &out, "building")
	if err != nil || out.Len() > 0 {
		t.Fatalf("a free lock: %q, %v", &out, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := Take(ctx, path, &out, "building"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a lock that stays taken: %v", err)
	}
	if !strings.HasPrefix(out.String(), "waiting for another process that is building: ") {
		t.Errorf("while it waits it says %q", &out)
	}
	release()
	again, err := Take(context.Background(), path, &out, "building")
	if err != nil {
		t.Fatalf("waiting for a lock that is free: %v", err)
	}
	again()
}
