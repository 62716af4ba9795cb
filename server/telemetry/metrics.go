package telemetry

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is every number the program counts about itself, in a registry of
// its own, so that two servers in one process never share a count. It is made
// once, handed to those who count, and safe for all of them at once.
//
// The fields are ready counters, not families: adding to one costs an atomic
// add and no look-up, since a message may be counted a thousand times.
type Metrics struct {
	MessagesSent prometheus.Counter // committed and new: a repeated client_id does not count
	Deliveries   prometheus.Counter // frames queued to connections by fan-out, one a connection

	CommitBatch    prometheus.Histogram // writes in one commit
	CommitSeconds  prometheus.Histogram // from BEGIN to the return of COMMIT, fsync included
	StoreQueueFull prometheus.Counter   // writes refused with busy

	CatchUpRing  prometheus.Counter // cursors served from the hub's ring
	CatchUpDelta prometheus.Counter // cursors served from the store
	CatchUpReset prometheus.Counter // cursors too old, foreign or ahead: the client pages by REST

	WS       *TransportMetrics
	SocketIO *TransportMetrics
	SSE      *TransportMetrics
	LongPoll *TransportMetrics

	registry    *prometheus.Registry
	requests    *prometheus.CounterVec
	latency     *prometheus.HistogramVec
	rateLimited *prometheus.CounterVec
}

// TransportMetrics are the numbers of one way in.
type TransportMetrics struct {
	Open      prometheus.Gauge   // connections now
	Opened    prometheus.Counter // connections ever
	FramesIn  prometheus.Counter
	BytesIn   prometheus.Counter // payload after inflation
	BytesOut  prometheus.Counter // payload before compression
	Events    prometheus.Counter // room events handed over; BytesOut by Events is what one costs here
	SlowClose prometheus.Counter // connections closed because their reader made no progress
}

// NewMetrics declares everything and adds what the runtime and the kernel know
// about the process. version is shown by parley_build_info.
func NewMetrics(version string) *Metrics {
	reg := prometheus.NewRegistry()
	reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	d := declarer{reg}
	d.gaugeVec("parley_build_info", "Always 1; the labels say what is running.", "version", "go").
		WithLabelValues(version, runtime.Version()).Set(1)

	m := &Metrics{
		registry:       reg,
		MessagesSent:   d.counter("parley_messages_sent_total", "Messages committed, repeats by client_id left out."),
		Deliveries:     d.counter("parley_deliveries_total", "Frames queued to connections by fan-out."),
		CommitBatch:    d.histogram("parley_commit_batch_writes", "Writes in one commit.", prometheus.ExponentialBuckets(1, 2, 9)),
		CommitSeconds:  d.histogram("parley_commit_seconds", "Duration of one commit with its writes and its fsync.", prometheus.ExponentialBuckets(0.0005, 2, 13)),
		StoreQueueFull: d.counter("parley_store_queue_full_total", "Writes refused because the queue was full."),
		requests:       d.counterVec("parley_http_requests_total", "HTTP requests answered.", "route", "method", "status"),
		latency: d.histogramVec("parley_http_request_seconds", "Duration of HTTP requests.",
			prometheus.ExponentialBuckets(0.001, 2.5, 10), "route", "method"),
		rateLimited: d.counterVec("parley_rate_limited_total", "Refusals by a limit.", "limit"),
	}
	catchUps := d.counterVec("parley_catch_ups_total", "Room cursors brought up to date, by how.", "from")
	m.CatchUpRing = catchUps.WithLabelValues("ring")
	m.CatchUpDelta = catchUps.WithLabelValues("store")
	m.CatchUpReset = catchUps.WithLabelValues("reset")
	m.declareTransports(d)
	return m
}

func (m *Metrics) declareTransports(d declarer) {
	open := d.gaugeVec("parley_connections", "Connections open now.", "transport")
	opened := d.counterVec("parley_connections_opened_total", "Connections ever opened.", "transport")
	frames := d.counterVec("parley_frames_received_total", "Frames read; those written by fan-out are parley_deliveries_total.", "transport")
	bytes := d.counterVec("parley_frame_bytes_total", "Payload bytes of frames, uncompressed.", "transport", "direction")
	events := d.counterVec("parley_events_delivered_total", "Events with a seq handed to connections; with parley_frame_bytes_total it tells the bytes of one.", "transport")
	slow := d.counterVec("parley_slow_closes_total", "Connections closed because their reader made no progress.", "transport")
	of := func(transport string) *TransportMetrics {
		return &TransportMetrics{
			Open:      open.WithLabelValues(transport),
			Opened:    opened.WithLabelValues(transport),
			FramesIn:  frames.WithLabelValues(transport),
			BytesIn:   bytes.WithLabelValues(transport, "in"),
			BytesOut:  bytes.WithLabelValues(transport, "out"),
			Events:    events.WithLabelValues(transport),
			SlowClose: slow.WithLabelValues(transport),
		}
	}
	m.WS, m.SocketIO, m.SSE, m.LongPoll = of("ws"), of("socketio"), of("sse"), of("longpoll")
}

// Request counts one HTTP request. route is the pattern that matched, such as
// /api/v1/rooms/:id, or "" for none: a path as it was asked for would make a
// time series of every id and every stranger's guess.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	method = knownMethod(method)
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(route, method).Observe(took.Seconds())
}

// RateLimited counts one refusal by the named limit: messages, rest, sign_in,
// sign_up, connections, handshakes.
func (m *Metrics) RateLimited(limit string) { m.rateLimited.WithLabelValues(limit).Inc() }

// WatchQueue shows how many writes wait for the writer; depth is asked at each scrape.
func (m *Metrics) WatchQueue(depth func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(
		prometheus.GaugeOpts{Name: "parley_store_queue_writes", Help: "Writes waiting for the writer."},
		func() float64 { return float64(depth()) }))
}

// Handler serves the numbers in the text form of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// knownMethod keeps invented methods from making time series.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// declarer makes and registers in one step.
type declarer struct{ reg *prometheus.Registry }

func (d declarer) counter(name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	d.reg.MustRegister(c)
	return c
}

func (d declarer) counterVec(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	d.reg.MustRegister(c)
	return c
}

func (d declarer) gaugeVec(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	d.reg.MustRegister(g)
	return g
}

func (d declarer) histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	d.reg.MustRegister(h)
	return h
}

func (d declarer) histogramVec(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	d.reg.MustRegister(h)
	return h
}
