/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
	"github.com/mezzanotte/mezzanotte/test/child"
)

// booker is a booking server that all clients book through.
type booker struct {
	*scene
	*child.Process
	base   string // http://127.0.0.1:PORT
	client *http.Client
}

// newBooker builds the program, and starts it.
func (s *scene) newBooker(ctx context.Context) (*booker, error) {
	program := filepath.Join(s.directory, "booking")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/booking").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the booking server: %w\n%s", err, out)
	}
	document, err := s.catalog.Encode()
	if err != nil {
		return nil, err
	}
	for name, text := range map[string][]byte{"catalog.json": document, "database": []byte(s.server.URI(database))} {
		if err := os.WriteFile(filepath.Join(s.directory, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	b := &booker{scene: s, client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: s.clients}}}
	command := exec.Command(program, "--channel-type=web", "--channel=web", "--listen=127.0.0.1:0", "--metrics-listen=",
		"--catalog="+filepath.Join(s.directory, "catalog.json"), "--database="+filepath.Join(s.directory, "database"),
		"--identifier-keys="+filepath.Join(s.directory, "keys"), "--database-connections="+strconv.Itoa(s.clients),
		"--horizon-days="+strconv.Itoa(days+1), "--trusted-proxies=127.0.0.0/8")
	command.Env = append(os.Environ(), "MEZZANOTTE_PLATFORM="+s.catalog.Platform)
	if b.Process, err = child.Start(command, filepath.Join(s.directory, "log"), syscall.SIGTERM); err != nil {
		return nil, err
	}
	return b, b.ready(ctx)
}

// ready waits until the server can book.
func (b *booker) ready(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		if b.base == "" {
			b.base = listening(b.Log)
		} else if response, err := b.client.Get(b.base + "/readyz"); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			text, err := os.ReadFile(b.Log)
			return errors.Join(fmt.Errorf("the booking server is not ready:\n%s", text), err)
		case <-tick.C:
		}
	}
}

// listening reads the address at which the server listens from its log; "" if none.
func listening(log string) string {
	text, _ := os.ReadFile(log) // it is there: the server writes to it
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "Listening" {
			return "http://" + line.Address
		}
	}
	return ""
}

// book books what a rule chooses for somebody new, from an address of their own.
func (b *booker) book(choose func(*rand.Rand) []booking.Place) func(context.Context, *rand.Rand) error {
	return func(ctx context.Context, random *rand.Rand) error {
		wish, err := b.request(choose(random))
		if err != nil {
			return err
		}
		body, err := json.Marshal(fhir.Take{
			Campaign: wish.Campaign.Name, Places: wish.Places,
			Patient: fhir.Patient{Identifier: wish.Person.Identifier, Born: wish.Person.Born, Contact: wish.Contact},
		}.Parameters())
		if err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+"/fhir/Appointment/$book", bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", fhir.MediaType)
		r.Header.Set("Idempotency-Key", wish.By.Key)
		r.Header.Set("X-Forwarded-For", someAddress(random).String())
		response, err := b.client.Do(r)
		if err != nil {
			return err
		}
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("book over HTTP: %s: %.300s", response.Status, answer)
		}
		return err
	}
}

// someAddress is one of 16 million, so that the limits per address do not count.
func someAddress(random *rand.Rand) netip.Addr {
	n := random.Uint32()
	return netip.AddrFrom4([4]byte{11, byte(n), byte(n >> 8), byte(n >> 16)})
}

// cpu is the processor time of the server and of PostgreSQL together.
func (b *booker) cpu() (time.Duration, error) {
	server, err := b.postmaster.cpu()
	if err != nil {
		return 0, err
	}
	own, err := ownCPU(b.PID())
	return server + own, err
}
