-- description: Every flight with its date, its airline and its airports in words
-- schema: dot

-- One row per flight whatever the other tables lack: they are joined by their keys, from the left.
select
    flights.flight_date,
    flights.day_of_week,
    case flights.day_of_week
        when 1 then 'Monday'
        when 2 then 'Tuesday'
        when 3 then 'Wednesday'
        when 4 then 'Thursday'
        when 5 then 'Friday'
        when 6 then 'Saturday'
        when 7 then 'Sunday'
    end as weekday,
    flights.airline,
    airlines.name as airline_name,
    flights.flight_number,
    flights.tail_number,
    flights.origin_airport,
    origins.name as origin_name,
    origins.city as origin_city,
    origins.state as origin_state,
    flights.destination_airport,
    destinations.name as destination_name,
    destinations.city as destination_city,
    destinations.state as destination_state,
    flights.scheduled_departure,
    flights.departure_time,
    flights.departure_date,
    flights.departure_delay,
    flights.scheduled_arrival,
    flights.arrival_time,
    flights.arrival_delay,
    flights.air_time,
    flights.distance,
    flights.air_system_delay,
    flights.security_delay,
    flights.airline_delay,
    flights.late_aircraft_delay,
    flights.weather_delay,
    flights.diverted,
    flights.cancelled,
    case flights.cancellation_reason
        when 'A' then 'Airline'
        when 'B' then 'Weather'
        when 'C' then 'Air system'
        when 'D' then 'Security'
    end as cancelled_for
from dot.flights as flights
left join dot.airlines as airlines on flights.airline = airlines.airline
left join dot.airports as origins on flights.origin_airport = origins.airport
left join dot.airports as destinations on flights.destination_airport = destinations.airport
