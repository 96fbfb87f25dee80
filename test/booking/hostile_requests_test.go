/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package booking_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/fhir"
)

// hostile makes wrong requests, as bytes.
type hostile struct {
	*rand.Rand
	now    time.Time
	victim victim
}

// victim is a person with a booking, whose number and key others have got hold of.
type victim struct {
	who         int
	number, key string
	places      []booking.Place
}

// Codes of made-up people. They must not appear in a log.
const (
	wrongFiscal = "RSSMRA85T10A562X" // its last character is another
	rightFiscal = "XXXUGO48E21Z000V" // of a state that does not exist
)

// junk are values that no field of a request may have.
var junk = []any{
	nil, true, 0, -1, 1e308, "", " ", "\x00", []any{}, []any{[]any{[]any{}}}, map[string]any{}, map[string]any{"resourceType": "Patient"},
	"' OR 1=1 --", "'; DROP TABLE booking; --", "$(reboot)", "{{7*7}}", "<script>alert(1)</script>", "../../etc/passwd", "%00", "\u202e", "${jndi:ldap://x}",
	strings.Repeat("A", 2000), strings.Repeat("9", 400), wrongFiscal, "CNTCHR83T41D969E", "ENI12345", "STP", "１２３", "Slot/", "Appointment/",
	"Slot/fiera-di-roma.20261302T090000Z", "Slot/fiera-di-roma.20261202T090000Z/extra", "Slot/nowhere.20261202T090000Z", "9999-99-99", "0000-00-00",
}

var operations = []string{"$find", "$hold", "$book", "$extend", "$cancel", "$move", "_search"}

func (h hostile) one(of ...string) string { return of[h.IntN(len(of))] }

func (h hostile) operation() string { return h.one(operations...) }

// stranger returns a person without a booking.
func (h hostile) stranger() int { return 1_000_000_000 + h.IntN(1_000_000_000) }

// right returns a valid request, or one for a booking that does not exist.
func (h hostile) right(operation string, who int) fhir.Parameters {
	switch operation {
	case "$find":
		return fhir.Find{Campaign: band, Patient: patient(who), Offers: 1}.Parameters()
	case "$hold", "$book":
		return takes(who, both(h.now, h.IntN(20)))
	case "$move":
		return changes(h.victim.number, who, both(h.now, h.IntN(20))...)
	}
	return changes(h.victim.number, who)
}

func (h hostile) text(operation string) []byte {
	return must(json.Marshal(h.right(operation, h.stranger())))
}

// spoil puts junk somewhere into a request.
func (h hostile) spoil(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if names := slices.Sorted(maps.Keys(v)); len(names) > 0 {
			name := names[h.IntN(len(names))]
			v[name] = h.spoil(v[name])
			return v
		}
	case []any:
		if len(v) > 0 {
			i := h.IntN(len(v))
			v[i] = h.spoil(v[i])
			return v
		}
	}
	return junk[h.IntN(len(junk))]
}

// post is a request as it goes over the wire.
func post(operation string, text []byte, headers ...string) []byte {
	if !slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, "Content-Type:") }) {
		headers = append(headers, "Content-Type: application/fhir+json")
	}
	return raw("POST /fhir/Appointment/"+operation+" HTTP/1.1", text, headers...)
}

func raw(first string, text []byte, headers ...string) []byte {
	head := append([]string{first, "Host: here", "Connection: close", fmt.Sprintf("Content-Length: %d", len(text))}, headers...)
	return append([]byte(strings.Join(head, "\r\n")+"\r\n\r\n"), text...)
}

// sorts are what may be wrong with a request.
var sorts = map[string]func(hostile) []byte{
	"spoiled": func(h hostile) []byte {
		operation := h.operation()
		var value any
		_ = json.Unmarshal(h.text(operation), &value) // it was just written
		return post(operation, must(json.Marshal(h.spoil(value))))
	},
	"cut off": func(h hostile) []byte {
		text := h.text("$book")
		return post(h.operation(), text[:h.IntN(len(text))])
	},
	"bytes by chance": func(h hostile) []byte {
		text := make([]byte, h.IntN(300))
		for i := range text {
			text[i] = byte(h.IntN(256))
		}
		return post(h.operation(), text)
	},
	"not UTF-8": func(h hostile) []byte {
		return post(h.operation(), []byte(strings.ReplaceAll(string(h.text("$book")), "example", "ex\xff\xfe\xc3mple")))
	},
	"there twice": func(h hostile) []byte {
		text := string(h.text("$book"))
		return post(h.operation(), []byte(strings.Replace(text, "{", `{"resourceType":"Parameters",`, 1)))
	},
	"gigantic numbers": func(h hostile) []byte {
		number := h.one("1e400", "-1e999999", strings.Repeat("9", 5000), "0."+strings.Repeat("0", 5000)+"1", "99999999999999999999")
		return post("$find", []byte(`{"resourceType":"Parameters","parameter":[{"name":"campaign","valueCode":"`+band+`"},{"name":"_count","valueInteger":`+number+`}]}`))
	},
	"nested": func(h hostile) []byte {
		return post(h.operation(), []byte(strings.Repeat(h.one(`{"parameter":[`, "[", `{"a":`), 13+h.IntN(5000))))
	},
	"too large": func(h hostile) []byte {
		return post(h.operation(), append(h.text("$book"), strings.Repeat(" ", fhir.MaxBody+h.IntN(1<<18))...))
	},
	"another format": func(h hostile) []byte {
		return post(h.operation(), h.text("$book"), "Content-Type: "+h.one("", "text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data", ";;"))
	},
	"for another format": func(h hostile) []byte {
		return post(h.operation(), h.text("$book"), "Accept: "+h.one("text/html", "application/fhir+xml", ",;,", "json"))
	},
	"packed": func(h hostile) []byte {
		return post(h.operation(), h.text("$book"), "Content-Encoding: "+h.one("gzip", "br", "x"))
	},
	"a wrong key": func(h hostile) []byte {
		operation := h.one("$hold", "$book", "$cancel", "$move", "$extend")
		return post(operation, h.text(operation), "Idempotency-Key: "+h.one("", "short", strings.Repeat("k", 129), "sixteen spaces    x", "'; DROP TABLE event; --", "\xc3\xa8\xc3\xa8\xc3\xa8\xc3\xa8\xc3\xa8\xc3\xa8\xc3\xa8\xc3\xa8"))
	},
	"another's key": func(h hostile) []byte {
		operation := h.one("$hold", "$book")
		return post(operation, h.text(operation), "Idempotency-Key: "+h.victim.key)
	},
	"another's booking": func(h hostile) []byte {
		operation := h.one("$extend", "$cancel", "$move", "_search")
		return post(operation, h.text(operation))
	},
	"a made-up booking": func(h hostile) []byte {
		text := string(h.text(h.one("$cancel", "$move")))
		return post(h.one("$book", "$extend", "$cancel", "$move", "_search"), []byte(strings.ReplaceAll(text, h.victim.number, h.one("0000-0000-0001", "7K3M-Q9TX-4B2Z", "1", "../..", "%00"))))
	},
	"a made-up slot": func(h hostile) []byte {
		wrong := h.one("fiera-di-roma.20200101T110000Z", "nowhere.20261202T090000Z", "fiera-di-roma.99991231T235959Z", "fiera-di-roma.20261202T110001Z", "x' OR 'a'='a.20261202T090000Z", "-.20261202T090000Z")
		text := string(h.text("$book"))
		from := strings.Index(text, "Slot/") + len("Slot/")
		return post(h.one("$hold", "$book"), []byte(text[:from]+wrong+text[from+strings.Index(text[from:], `"`):]))
	},
	"a made-up code": func(h hostile) []byte {
		text := string(h.text("$book"))
		from := strings.Index(text, "STP")
		return post(h.operation(), []byte(text[:from]+h.one(wrongFiscal, "STP", "STP12345678901234", "RSSMRA85T10A562", "12345678901", "' OR ''='")+text[from+16:]))
	},
	"somebody else's birth date": func(h hostile) []byte {
		text := strings.Replace(string(h.text("$book")), `"birthDate":"1948-05-21"`, `"birthDate":"`+h.one("1985-05-21", "2031-01-01", "1348-05-21", "1948-02-30")+`"`, 1)
		return post(h.one("$hold", "$book"), []byte(text))
	},
	"a form": func(h hostile) []byte {
		form := url.Values{"identifier": {h.victim.number}, "patient.identifier": {rightFiscal}}
		name := h.one("identifier", "patient.identifier")
		form[name] = [][]string{nil, {fmt.Sprint(junk[h.IntN(len(junk))])}, {form[name][0], "twice"}}[h.IntN(3)]
		return post("_search", []byte(form.Encode()), "Content-Type: application/x-www-form-urlencoded")
	},
	"another method": func(h hostile) []byte {
		return raw(h.one("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "post", "CONNECT")+" /fhir/Appointment/"+h.operation()+" HTTP/1.1", h.text("$book"))
	},
	"nowhere": func(h hostile) []byte {
		path := h.one("/it/nowhere", "/xx/", "/fhir", "/fhir/Patient/"+rightFiscal, "/fhir/Appointment", "/fhir/Appointment/"+h.victim.number, "/fhir/../metrics", "/metrics", "/debug/pprof/",
			"//fhir//Location", "/fhir/Location/%2e%2e%2f", "/fhir/Location/'%20OR%201=1", "/.env", "/fhir/Slot?schedule=%00", "/fhir/Slot?schedule="+hub+"&start=';--",
			"/fhir/Slot?schedule="+hub+"&start=2026-13-45", "/bulk/../slots.ndjson", "/"+strings.Repeat("a", 5000), "/%ff%fe", "/%zz", "/fhir/\x01")
		return raw(h.one("GET", "POST", "PUT")+" "+path+" HTTP/1.1", nil)
	},
	"a forged form": func(h hostile) []byte {
		path := h.one("/it/find", "/en/places", "/it/person", "/it/hold/confirm", "/en/hold/extend", "/it/hold/give-up", "/it/manage", "/en/booking/move", "/it/booking/cancel")
		journey := h.one("", "x", strings.Repeat("A", 30_000), "%00", "' OR 1=1 --", base64.RawURLEncoding.EncodeToString([]byte(`{"u":9999999999,"c":{}}`+strings.Repeat("x", h.IntN(60)))))
		form := url.Values{"journey": {journey}, "identifier": {rightFiscal}, "choice": {h.one("0", "-1", "9999999999999999999")}}.Encode()
		return raw("POST "+path+" HTTP/1.1", []byte(form), "Content-Type: "+h.one("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "application/json"),
			h.one("Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site", "Origin: http://elsewhere", "Cookie: __Host-journey="+journey))
	},
	"no HTTP": func(h hostile) []byte {
		// HTTP/3.0 and unknown transfer encodings are left out: net/http answers them by
		// itself, 505 and 501, as HTTP asks.
		return []byte(h.one("\r\n\r\nhello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
			"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b<>\r\n\r\n",
			"POST /fhir/Appointment/$book HTTP/1.1\r\nHost: here\r\nContent-Length: -1\r\n\r\n",
			"POST /fhir/Appointment/$book HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\nContent-Length: 7\r\n\r\nabc",
			"POST /fhir/Appointment/$book HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Type: application/fhir+json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
			"POST /fhir/Appointment/$book HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Type: application/fhir+json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
			"GET / HTTP/1.1\r\nHost: here\r\nna me: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: here\r\n: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: here\r\nX: a\x00b\r\n\r\n",
			"POST /fhir/Appointment/$book HTTP/1.1\r\nHost: here\r\nExpect: a miracle\r\nContent-Length: 0\r\n\r\n",
			"GET /nowhere HTTP/1.1\r\nHost: here\r\nConnection: close\r\nX: "+strings.Repeat("x", 40_000)+"\r\n\r\n",
			"GET /nowhere HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"+strings.Repeat("X: y\r\n", 5000)+"\r\n",
			"OPTIONS * HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n", "CONNECT here:1 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n",
			"GET http://elsewhere/fhir/nothing HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	},
}
