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

// How long a request may take. What is begun is finished well within the time that a
// pod has to end (internal/workload): read, do what is asked, write.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 8 * time.Second
	writeTimeout  = readTimeout + clerk.Longest + 3*time.Second // from the headers on
	idleTimeout   = 75 * time.Second                            // longer than proxies keep a connection

	maxHeaderBytes = 16 << 10
	maxBodyBytes   = fhir.MaxBody // what is longer is refused anyway
)

// HTTP gives an http.Server that serves a handler, with no limit left to chance.
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

// complaints are what net/http says of connections. Most name an address, so only
// that of the listener is passed on, as when there are too many open files.
type complaints struct{ log *slog.Logger }

func (c complaints) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("Accept error")) {
		c.log.Error("Accept connection", "error", string(bytes.TrimSpace(line)))
	}
	return len(line), nil
}
