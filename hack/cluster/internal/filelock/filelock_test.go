package filelock

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

func TestOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, taken, err := Try(path)
	if err != nil || !taken {
		t.Fatalf("a free lock: %v, %v", taken, err)
	}
	if _, taken, err := Try(path); err != nil || taken {
		t.Errorf("a taken lock: %v, %v", taken, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := Wait(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a lock that stays taken: %v", err)
	}
	release()
	again, err := Wait(context.Background(), path)
	if err != nil {
		t.Fatalf("waiting for a lock that is free: %v", err)
	}
	again()
}
