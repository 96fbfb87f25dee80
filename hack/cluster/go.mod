module github.com/mezzanotte/mezzanotte/hack/cluster

go 1.26.0
