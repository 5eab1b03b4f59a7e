//! The columns of the plots.

use super::*;

fn series(columns: &[u64], count: usize) -> ThroughputSeries {
    let bucket = |calls: &u64| Bucket { calls: *calls, bytes: *calls * 10, smallest: 1, largest: 19 };
    let columns = RateColumns { width: Duration::from_secs(1), columns: columns.iter().map(bucket).collect() };
    ThroughputSeries { of: [columns.clone(), columns], width: 1.0, count, length: count as f64 }
}

#[test]
fn stretches_with_reads_are_found() {
    for (columns, count, expected) in [
        (&[][..], 3, &[][..]),
        (&[0, 0], 2, &[]),
        (&[1, 2, 0, 3], 4, &[(0, 2), (3, 4)]),
        (&[1, 2, 0, 3], 3, &[(0, 2)]),
        (&[0, 1], 8, &[(1, 2)]),
    ] {
        let found = runs(&series(columns, count)).into_iter().map(|run| (run.start, run.end));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn the_column_that_is_being_filled_is_not_drawn_before_the_end() {
    let second = 1_000_000_000;
    let rate = Rate::new(Moment(0));
    for (now, ended, expected) in [(0, None, 0), (10 * second, None, 149), (10 * second, Some(Moment(second)), 238)] {
        let series = ThroughputSeries::new(&Throughput { of: [&rate, &rate], ended }, Moment(now));
        assert_eq!(series.count, expected, "{now}");
        assert!(series.count <= COLUMNS && series.begin(series.count) <= series.length);
    }
}

#[test]
fn the_time_under_the_pointer_names_its_column() {
    let series = series(&[1, 2], 2);
    for (seconds, at) in [(-0.5, None), (0.0, Some(0)), (0.99, Some(0)), (1.0, Some(1)), (2.0, None), (f64::NAN, None)]
    {
        assert_eq!(series.at(seconds), at);
    }
}
