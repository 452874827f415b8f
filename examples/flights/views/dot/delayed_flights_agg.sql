-- description: Flights that arrived late, by day, airline and route, with minutes and miles
-- schema: dot

-- The five causes are null where none of the flights gives them: below 15 minutes nobody has to.
select
    details.flight_date,
    details.day_of_week,
    details.weekday,
    details.airline,
    details.origin_airport,
    details.destination_airport,
    count(*) as flights,
    sum(details.air_time) as sum_air_time,
    avg(details.air_time::double precision) as avg_air_time,
    sum(details.distance) as sum_distance,
    avg(details.distance::double precision) as avg_distance,
    sum(details.arrival_delay) as sum_arrival_delay,
    avg(details.arrival_delay::double precision) as avg_arrival_delay,
    sum(details.air_system_delay) as sum_air_system_delay,
    avg(details.air_system_delay::double precision) as avg_air_system_delay,
    sum(details.security_delay) as sum_security_delay,
    avg(details.security_delay::double precision) as avg_security_delay,
    sum(details.airline_delay) as sum_airline_delay,
    avg(details.airline_delay::double precision) as avg_airline_delay,
    sum(details.late_aircraft_delay) as sum_late_aircraft_delay,
    avg(details.late_aircraft_delay::double precision) as avg_late_aircraft_delay,
    sum(details.weather_delay) as sum_weather_delay,
    avg(details.weather_delay::double precision) as avg_weather_delay
from dot.flights_details as details
where not details.cancelled and details.arrival_delay > 0
group by
    details.flight_date,
    details.day_of_week,
    details.weekday,
    details.airline,
    details.origin_airport,
    details.destination_airport
