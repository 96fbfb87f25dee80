module github.com/mezzanotte/mezzanotte/hack/crowd

go 1.26.0

require (
	github.com/HdrHistogram/hdrhistogram-go v1.4.0
	github.com/google/go-cmp v0.7.0
	github.com/mezzanotte/mezzanotte v0.0.0
)

replace github.com/mezzanotte/mezzanotte => ../..
