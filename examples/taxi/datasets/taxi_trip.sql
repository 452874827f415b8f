-- Both colours in one fact. What is null, or in no list, has the key -1: the member Unknown.
with trips as (
    select
        1 as taxi_type_key, vendor_id, ratecode_id, payment_type, pickup_location_id, dropoff_location_id,
        pickup_at, dropoff_at, passenger_count, trip_distance, fare_amount, extra, mta_tax, tip_amount,
        tolls_amount, cast(null as decimal(10, 2)) as ehail_fee, airport_fee, improvement_surcharge,
        congestion_surcharge, total_amount
    from yellow_trips
    union all
    select
        2 as taxi_type_key, vendor_id, ratecode_id, payment_type, pickup_location_id, dropoff_location_id,
        pickup_at, dropoff_at, passenger_count, trip_distance, fare_amount, extra, mta_tax, tip_amount,
        tolls_amount, ehail_fee, cast(null as decimal(10, 2)) as airport_fee, improvement_surcharge,
        congestion_surcharge, total_amount
    from green_trips
),

-- Ordered by every column: trips that are alike in all of them are alike under any number.
numbered as (
    select
        *,
        year(pickup_at) * 100 + month(pickup_at) as trip_month,
        row_number() over (
            partition by taxi_type_key, year(pickup_at), month(pickup_at)
            order by
                pickup_at, dropoff_at, pickup_location_id, dropoff_location_id, vendor_id, total_amount,
                fare_amount, trip_distance, passenger_count, ratecode_id, payment_type, extra, mta_tax,
                tip_amount, tolls_amount, ehail_fee, airport_fee, improvement_surcharge,
                congestion_surcharge
        ) as trip_no
    from trips
)

select
    numbered.trip_month,
    coalesce(taxi_type.taxi_type_key, -1) as taxi_type_key,
    numbered.trip_no,
    coalesce(vendor.vendor_key, -1) as vendor_key,
    coalesce(ratecode.ratecode_key, -1) as ratecode_key,
    coalesce(payment.payment_type_key, -1) as payment_type_key,
    coalesce(pickup.location_key, -1) as pickup_location_key,
    coalesce(dropoff.location_key, -1) as dropoff_location_key,
    numbered.pickup_at, numbered.dropoff_at, numbered.passenger_count, numbered.trip_distance,
    numbered.fare_amount, numbered.extra, numbered.mta_tax, numbered.tip_amount, numbered.tolls_amount,
    numbered.ehail_fee, numbered.airport_fee, numbered.improvement_surcharge,
    numbered.congestion_surcharge, numbered.total_amount
from numbered
left join taxi_type on taxi_type.taxi_type_key = numbered.taxi_type_key
left join taxi_vendor as vendor on vendor.vendor_key = numbered.vendor_id
left join taxi_ratecode as ratecode on ratecode.ratecode_key = numbered.ratecode_id
left join taxi_payment_type as payment on payment.payment_type_key = numbered.payment_type
left join taxi_location as pickup on pickup.location_key = numbered.pickup_location_id
left join taxi_location as dropoff on dropoff.location_key = numbered.dropoff_location_id
