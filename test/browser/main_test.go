/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package browser

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

var (
	axePath     = flag.String("axe", "", "`file` axe.min.js of axe-core; make test-browser fetches it")
	screenshots = flag.String("screenshots", "", "`directory` for a picture of each page in each state")
)

var (
	database *pgserver.Server
	// chromium is one process, in which each test has windows of its own.
	chromium context.Context
	axe      string
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	text, err := os.ReadFile(*axePath)
	if err != nil {
		fmt.Fprintln(os.Stderr, "run `make test-browser`:", err)
		return 1
	}
	axe = string(text)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	allocated, end := chromedp.NewExecAllocator(context.Background(), options...)
	defer end()
	var quit context.CancelFunc
	chromium, quit = chromedp.NewContext(allocated)
	defer quit()
	if err := chromedp.Do(chromium); err != nil {
		fmt.Fprintln(os.Stderr, "start Chromium:", err)
		return 1
	}
	return pgserver.Run(m, &database, pgserver.Options{})
}
