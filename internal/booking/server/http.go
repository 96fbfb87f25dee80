/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package server

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	stdlog "log"

	"github.com/mezzanotte/mezzanotte/internal/booking/clerk"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// The time limits of a request: to read it, carry it out and write the answer. A request ends
// well within the termination grace period of a pod (internal/workload).
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 8 * time.Second
	writeTimeout  = readTimeout + clerk.Longest + 3*time.Second // from the headers on
	idleTimeout   = 75 * time.Second                            // longer than proxies keep a connection

	maxHeaderBytes = 16 << 10
	maxBodyBytes   = fhir.MaxBody // the parsers refuse more
)

// HTTP returns an http.Server for a handler, with every limit set.
func HTTP(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:                      handler,
		ReadHeaderTimeout:            headerTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		BaseContext:                  func(net.Listener) context.Context { return context.Background() },
		ErrorLog:                     stdlog.New(complaints{log}, "", 0),
	}
}

// complaints receives what net/http logs about connections. Most lines name an address, so
// it passes on only those about the listener, such as too many open files.
type complaints struct{ log *slog.Logger }

func (c complaints) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("Accept error")) {
		c.log.Error("Accept connection", "error", string(bytes.TrimSpace(line)))
	}
	return len(line), nil
}
