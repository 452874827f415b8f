-- description: Every trip with its dimensions in words, the pick-up and the drop-off each by its own key
-- schema: taxi

select
    trip.trip_month,
    trip.trip_no,
    taxi_type.taxi_type,
    vendor.vendor,
    ratecode.ratecode,
    payment_type.payment_type,
    trip.pickup_at,
    pickup.zone as pickup_zone,
    pickup.borough as pickup_borough,
    trip.dropoff_at,
    dropoff.zone as dropoff_zone,
    dropoff.borough as dropoff_borough,
    trip.passenger_count,
    trip.trip_distance,
    trip.tip_amount,
    trip.total_amount
from taxi.trip as trip
inner join taxi.taxi_type as taxi_type on trip.taxi_type_key = taxi_type.taxi_type_key
inner join taxi.vendor as vendor on trip.vendor_key = vendor.vendor_key
inner join taxi.ratecode as ratecode on trip.ratecode_key = ratecode.ratecode_key
inner join taxi.payment_type as payment_type on trip.payment_type_key = payment_type.payment_type_key
inner join taxi.location as pickup on trip.pickup_location_key = pickup.location_key
inner join taxi.location as dropoff on trip.dropoff_location_key = dropoff.location_key
