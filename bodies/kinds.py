"""The kinds of bodies, their families and levels (the plans' own words: seeds 000-004)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")
    COMMUNITY = "community", _("Village or residential group")


# From the widest to the narrowest; an area lies in an area of a wider level.
LEVEL_ORDER = [Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.COMMUNITY]


class Family(TextChoices):
    PARTY = "party", _("Party committee")
    PARTY_BOARD = "party_board", _("Board of a party committee")
    STATE = "state", _("State")
    JUDICIAL = "judicial", _("Judicial")
    ARMED = "armed", _("Armed forces")
    FRONT = "front", _("Front and organisations")
    STEERING = "steering", _("Steering committee")
    COMMUNITY = "community", _("Community")
    ENTERPRISE = "enterprise", _("Enterprise")
    MEDIA = "media", _("Press")


class BodyKind(TextChoices):
    TINH_UY = "tinh_uy", _("Provincial party committee")
    HUYEN_UY = "huyen_uy", _("District party committee")
    DANG_UY_XA = "dang_uy_xa", _("Commune party committee")
    DANG_UY_TRUC_THUOC = "dang_uy_truc_thuoc", _("Directly subordinate party committee")
    CHI_BO = "chi_bo", _("Party cell")
    BAN_DAN_VAN = "ban_dan_van", _("Mass mobilisation board")
    KHOI_DAN_VAN = "khoi_dan_van", _("Grassroots mass-mobilisation bloc")
    BAN_TO_CHUC = "ban_to_chuc", _("Organisation board")
    BAN_TUYEN_GIAO = "ban_tuyen_giao", _("Propaganda board")
    UBKT = "ubkt", _("Party inspection committee")
    VAN_PHONG_CAP_UY = "van_phong_cap_uy", _("Office of the party committee")
    BCSD_UBND = "bcsd_ubnd", _("Party group of the people's committee")
    DANG_DOAN = "dang_doan", _("Party delegation")
    HDND = "hdnd", _("People's council")
    UBND = "ubnd", _("People's committee")
    SO_BAN_NGANH = "so_ban_nganh", _("Provincial department")
    PHONG_BAN_HUYEN = "phong_ban_huyen", _("District office")
    DON_VI_SU_NGHIEP = "don_vi_su_nghiep", _("Public service unit")
    CO_QUAN_DON_VI = "co_quan_don_vi", _("Agency or unit")
    CO_QUAN_DANG = "co_quan_dang", _("Party agency")
    BO_PHAN_MOT_CUA = "bo_phan_mot_cua", _("One-stop desk")
    BO_PHAN_TIEP_DAN = "bo_phan_tiep_dan", _("Citizen reception office")
    THANH_TRA = "thanh_tra", _("State inspectorate")
    CO_QUAN_TU_PHAP = "co_quan_tu_phap", _("Judicial body")
    CONG_AN = "cong_an", _("Police")
    QUAN_SU = "quan_su", _("Military command")
    MTTQ = "mttq", _("Fatherland Front")
    DOAN_THE = "doan_the", _("Socio-political organisation")
    HOI_QUAN_CHUNG = "hoi_quan_chung", _("Mass association")
    CHI_DOAN_CHI_HOI = "chi_doan_chi_hoi", _("Branch of an organisation")
    BAN_CTMT = "ban_ctmt", _("Front work board")
    BCD_QCDC = "bcd_qcdc", _("Steering committee for grassroots democracy")
    BCD_TON_GIAO = "bcd_ton_giao", _("Steering committee for religious affairs")
    BCD_DVK = "bcd_dvk", _("Steering committee for the skilled mobilisation movement")
    BCD_TO_DVCD = "bcd_to_dvcd", _("Steering committee of community teams")
    BCD_VDQC = "bcd_vdqc", _("Steering committee for mobilising the people")
    HOI_DONG_GPMB = "hoi_dong_gpmb", _("Site clearance council")
    THON_TDP = "thon_tdp", _("Village or residential group")
    TO_DVCD = "to_dvcd", _("Community mobilisation team")
    TO_LIEN_GIA = "to_lien_gia", _("Household cluster")
    TO_TU_QUAN = "to_tu_quan", _("Self-management group")
    TO_HOA_GIAI = "to_hoa_giai", _("Mediation team")
    BAN_TTND = "ban_ttnd", _("People's inspection board")
    BAN_GSDTCD = "ban_gsdtcd", _("Community investment supervision board")
    TO_NHAN_DAN = "to_nhan_dan", _("People's group")
    TO_DAN_VAN = "to_dan_van", _("Mobilisation team for projects")
    DOANH_NGHIEP = "doanh_nghiep", _("Enterprise")
    BAO_DAI = "bao_dai", _("Press and broadcasting")


FAMILY = {
    BodyKind.TINH_UY: Family.PARTY,
    BodyKind.HUYEN_UY: Family.PARTY,
    BodyKind.DANG_UY_XA: Family.PARTY,
    BodyKind.DANG_UY_TRUC_THUOC: Family.PARTY,
    BodyKind.CHI_BO: Family.PARTY,
    BodyKind.BAN_DAN_VAN: Family.PARTY_BOARD,
    BodyKind.KHOI_DAN_VAN: Family.PARTY_BOARD,
    BodyKind.BAN_TO_CHUC: Family.PARTY_BOARD,
    BodyKind.BAN_TUYEN_GIAO: Family.PARTY_BOARD,
    BodyKind.UBKT: Family.PARTY_BOARD,
    BodyKind.VAN_PHONG_CAP_UY: Family.PARTY_BOARD,
    BodyKind.BCSD_UBND: Family.PARTY,
    BodyKind.DANG_DOAN: Family.PARTY,
    BodyKind.HDND: Family.STATE,
    BodyKind.UBND: Family.STATE,
    BodyKind.SO_BAN_NGANH: Family.STATE,
    BodyKind.PHONG_BAN_HUYEN: Family.STATE,
    BodyKind.DON_VI_SU_NGHIEP: Family.STATE,
    BodyKind.CO_QUAN_DON_VI: Family.STATE,
    BodyKind.CO_QUAN_DANG: Family.PARTY,
    BodyKind.BO_PHAN_MOT_CUA: Family.STATE,
    BodyKind.BO_PHAN_TIEP_DAN: Family.STATE,
    BodyKind.THANH_TRA: Family.STATE,
    BodyKind.CO_QUAN_TU_PHAP: Family.JUDICIAL,
    BodyKind.CONG_AN: Family.ARMED,
    BodyKind.QUAN_SU: Family.ARMED,
    BodyKind.MTTQ: Family.FRONT,
    BodyKind.DOAN_THE: Family.FRONT,
    BodyKind.HOI_QUAN_CHUNG: Family.FRONT,
    BodyKind.CHI_DOAN_CHI_HOI: Family.FRONT,
    BodyKind.BAN_CTMT: Family.FRONT,
    BodyKind.BCD_QCDC: Family.STEERING,
    BodyKind.BCD_TON_GIAO: Family.STEERING,
    BodyKind.BCD_DVK: Family.STEERING,
    BodyKind.BCD_TO_DVCD: Family.STEERING,
    BodyKind.BCD_VDQC: Family.STEERING,
    BodyKind.HOI_DONG_GPMB: Family.STEERING,
    BodyKind.THON_TDP: Family.COMMUNITY,
    BodyKind.TO_DVCD: Family.COMMUNITY,
    BodyKind.TO_LIEN_GIA: Family.COMMUNITY,
    BodyKind.TO_TU_QUAN: Family.COMMUNITY,
    BodyKind.TO_HOA_GIAI: Family.COMMUNITY,
    BodyKind.BAN_TTND: Family.COMMUNITY,
    BodyKind.BAN_GSDTCD: Family.COMMUNITY,
    BodyKind.TO_NHAN_DAN: Family.COMMUNITY,
    BodyKind.TO_DAN_VAN: Family.COMMUNITY,
    BodyKind.DOANH_NGHIEP: Family.ENTERPRISE,
    BodyKind.BAO_DAI: Family.MEDIA,
}
