select code as vendor_key, meaning as vendor
from taxi_codes
where list = 'vendor'
