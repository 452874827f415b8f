select code as payment_type_key, meaning as payment_type
from taxi_codes
where list = 'payment_type'
