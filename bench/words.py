"""What people write: titles and texts of Vietnamese petitions, drawn from a seed, so that a search has words to find."""

import random

ABOUT = {
    "land": ["tranh chấp ranh giới thửa đất", "cấp giấy chứng nhận quyền sử dụng đất", "lấn chiếm đất công"],
    "compensation": [
        "mức bồi thường khi thu hồi đất",
        "chi trả tiền bồi thường giải phóng mặt bằng",
        "bố trí tái định cư",
    ],
    "environment": [
        "bụi và tiếng ồn của mỏ đá",
        "nước thải chăn nuôi gây ô nhiễm",
        "bãi rác tự phát ven đường",
    ],
    "transport": [
        "đường liên thôn xuống cấp",
        "xe quá tải chạy qua khu dân cư",
        "lắp đèn chiếu sáng đường trường học",
    ],
    "water_power": ["nước sinh hoạt yếu và đục", "điện chập chờn giờ cao điểm", "giá nước sạch nông thôn"],
    "poverty": ["kết quả xét hộ nghèo", "trợ cấp bảo trợ xã hội chậm", "hỗ trợ sửa nhà ở cho người có công"],
}
OPENINGS = [
    "Khiếu nại về",
    "Kiến nghị về",
    "Phản ánh",
    "Đề nghị xem xét",
    "Ý kiến cử tri về",
    "Đề nghị giải quyết",
]
PLACES = [
    "thôn Vồng",
    "xóm Chùa",
    "tổ dân phố 3",
    "thôn Do Lễ",
    "khu Bút Phong",
    "thôn Thanh Nộn",
    "xóm Đình",
    "bản Nà Lẹng",
]
SENTENCES = [
    "Gia đình tôi đã nhiều lần gửi đơn đến cơ quan có thẩm quyền nhưng chưa nhận được trả lời.",
    "Việc này kéo dài từ năm ngoái, ảnh hưởng trực tiếp đến đời sống của hơn hai mươi hộ dân.",
    "Đề nghị chính quyền cử cán bộ xuống kiểm tra thực tế và thông báo kết quả bằng văn bản.",
    "Chúng tôi đã kiến nghị tại buổi tiếp xúc cử tri và được hứa giải quyết trong tháng.",
    "Hồ sơ kèm theo gồm bản sao giấy tờ, ảnh chụp hiện trạng và biên bản làm việc trước đây.",
    "Nếu không được xem xét, nhân dân sẽ tiếp tục kiến nghị lên cấp trên theo quy định của pháp luật.",
    "Cháu nhỏ và người già trong thôn thường xuyên phải đi qua đoạn này, rất nguy hiểm vào mùa mưa.",
    "Mức tính hiện nay thấp hơn nhiều so với các hộ liền kề có cùng loại đất và cùng vị trí.",
]
FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Lương",
    "Nông",
    "Hà",
]
MIDDLE = ["Văn", "Thị", "Đức", "Hữu", "Minh", "Ngọc", "Thanh", "Quang", "Xuân", "Thu"]
GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hạnh",
    "Hòa",
    "Hùng",
    "Lan",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Tâm",
]


def matter(draw: random.Random, subject: str, place: str) -> tuple[str, str]:
    """A title and a text on a subject in a place."""
    title = f"{draw.choice(OPENINGS)} {draw.choice(ABOUT[subject])} tại {draw.choice(PLACES)}, {place}"
    return title, f"{title}. " + " ".join(draw.sample(SENTENCES, 3)) + f" Số nhà {draw.randrange(1, 400)}."


def name(draw: random.Random) -> str:
    return f"{draw.choice(FAMILY)} {draw.choice(MIDDLE)} {draw.choice(GIVEN)}"
